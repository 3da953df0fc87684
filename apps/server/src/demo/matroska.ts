import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MkvOutputFormat,
  MP4,
  Output,
} from 'mediabunny'

/** The packets of an MP4 file, as a camera that writes Matroska would have stored them. Nothing is encoded anew. */
export async function asMatroska(mp4: Uint8Array, recordedAt: Date): Promise<Uint8Array> {
  using input = new Input({ source: new BufferSource(mp4), formats: [MP4] })
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()]
  const [videoCodec, audioCodec] = [await video?.getCodec(), await audio?.getCodec()]
  if (!video || !audio || !videoCodec || !audioCodec) throw new Error('a clip has pictures and sound')
  const target = new BufferTarget()
  const output = new Output({ format: new MkvOutputFormat(), target })
  const pictures = new EncodedVideoPacketSource(videoCodec)
  const sound = new EncodedAudioPacketSource(audioCodec)
  output.addVideoTrack(pictures)
  output.addAudioTrack(sound)
  output.setMetadataTags({ raw: { DATE: recordedAt.toISOString() } })
  await output.start()
  const decoding = [await video.getDecoderConfig(), await audio.getDecoderConfig()] as const
  if (decoding[0] === null || decoding[1] === null) throw new Error('a clip says how it is decoded')
  const ofPictures = { decoderConfig: decoding[0] }
  const ofSound = { decoderConfig: decoding[1] }
  await Promise.all([
    (async () => {
      for await (const packet of new EncodedPacketSink(video).packets()) await pictures.add(packet, ofPictures)
      pictures.close()
    })(),
    (async () => {
      for await (const packet of new EncodedPacketSink(audio).packets()) await sound.add(packet, ofSound)
      sound.close()
    })(),
  ])
  await output.finalize()
  if (target.buffer === null) throw new Error('nothing was written')
  return new Uint8Array(target.buffer)
}
