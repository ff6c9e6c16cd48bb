import fc from 'fast-check'

/** Property tests draw the same cases every time; LAQ_SEED draws others. */
fc.configureGlobal({ seed: Number(process.env.LAQ_SEED ?? 20_261_123) })
