import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny'

/** Identifiers of the user data in which cameras put signatures between their pictures. */
const schemes = [
  ['ONVIF Media Signing', Buffer.from('005bc93f2d715e95ada4796f90877a6f', 'hex')],
  ['Axis Signed Video', Buffer.from('Signed Video...0', 'latin1')],
] as const

/** A camera signs each group of pictures: these hold several. */
const maxPackets = 150
const maxBytes = 8 * 1024 * 1024

/** By whose scheme the pictures are signed, as far as their beginning shows. Nothing is verified. */
export async function findSigningScheme(track: InputVideoTrack): Promise<string | null> {
  const codec = await track.getCodec()
  if (codec !== 'avc' && codec !== 'hevc') return null
  let count = 0
  let bytes = 0
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    const found = schemes.find(([, id]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(id))
    if (found !== undefined) return found[0]
    count += 1
    bytes += data.byteLength
    if (count === maxPackets || bytes >= maxBytes) break
  }
  return null
}
