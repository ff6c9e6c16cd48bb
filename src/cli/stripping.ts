/** Options of encode on metadata that are left out. */
import type { Options } from 'yargs'
import type { Metadata } from '../../codecs/container/container.js'
import { METADATA_KINDS, type MetadataKind, type Stripping, strippedMetadata } from '../io/stripping.js'
import { UsageError, word, words } from './arguments.js'
import type { Talk } from './report.js'

const keep = words('keep', `keep only this metadata: ${METADATA_KINDS.join(', ')}`)

export const STRIPPING: Record<'strip' | 'keep', Options> = {
  strip: word('strip', 'leave out metadata, all or only the place (gps)', ['all', 'gps']),
  keep: {
    ...keep,
    coerce: (given: unknown) => {
      const kinds = (keep.coerce as (value: unknown) => string[] | undefined)(given)
      const unknown = kinds?.find((kind) => !METADATA_KINDS.includes(kind as MetadataKind))
      if (unknown !== undefined) throw new UsageError(`--keep ${unknown}: not one of ${METADATA_KINDS.join(', ')}`)
      return kinds
    },
  },
}

/** What options leave of metadata; colours that are no longer described are told. */
export function stripped(
  metadata: readonly Metadata[] = [],
  { strip, keep }: Stripping,
  { onWarning }: Pick<Talk, 'onWarning'>,
): Metadata[] {
  const left = strippedMetadata(metadata, { ...(strip && { strip }), ...(keep && { keep }) })
  const describes = ({ type }: Metadata) => type === 'icc' || type === 'cicp' || type === 'gamma'
  if (metadata.some(describes) && !left.some(describes)) {
    onWarning({ code: 'colour', message: 'the description of its colours is left out: they will be taken for sRGB; --keep icc keeps it' })
  }
  return left
}
