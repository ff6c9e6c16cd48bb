/** What a report shows of a run's pictures and sounds, and where it has them from. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { ImageData } from '../../../codecs/image/picture.js'
import type { OperatingPoint } from '../run.js'

/** The pictures of a run, for what compares them. They are asked for one at a time, some of them more than once. */
export interface ReportPictures {
  original(item: string): Promise<ImageData>
  decoded(point: OperatingPoint): Promise<ImageData>
  /**
   * The point of a codec and item that comes nearest to a number of bytes, encoded for it if none is near. Absent: those of the
   * run have to do.
   *
   * @param points of the run, of that codec and item
   */
  matched?(points: readonly OperatingPoint[], bytes: number): Promise<OperatingPoint>
}

/** The same of the sounds of a run. */
export interface ReportSounds {
  original(item: string): Promise<AudioData>
  decoded(point: OperatingPoint): Promise<AudioData>
}
