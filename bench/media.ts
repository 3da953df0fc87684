import { stat } from 'node:fs/promises'
import { runChild, startServer } from './child.ts'
import { atMost, besides, type Measured, median, percentile, round } from './figures.ts'
import { openPlayer, play, timeFirstFrame, timeSeek } from './media-browser.ts'
import { makeRecording, uploadFile } from './media-recording.ts'
import type { ViewersOptions, ViewersResult } from './media-viewers.ts'
import type { Ready } from './server-process.ts'

const plainPath = '/bench/plain'
const viewers = 10

/**
 * A long recording as people meet it: how soon it has its pictures after it was received, how soon a real browser shows
 * it under a viewing against the same file unsealed from the same server, and whether ten can watch at once.
 */
export async function measurePlayback(
  options: Readonly<{ minutes: number; rounds: number; watchMs: number; profile: string | undefined }>,
): Promise<Measured> {
  await using server = await startServer(options.profile)
  const path = await makeRecording(server.ready.dataFolder, options.minutes)
  const { size: sizeBytes } = await stat(path)
  await uploadFile(server.ready, path)
  const receivedAt = Date.now()
  const pictured = (await server.ask('pictured', receivedAt)) as Record<'strip' | 'scrub' | 'waveform', number>
  const recordingId = String(await server.ask('viewable'))

  const sealedPath = await startViewing(server.ready, recordingId)
  const waits = {
    sealed: { first: [] as number[], seek: [] as number[] },
    plain: { first: [] as number[], seek: [] as number[] },
  }
  await using player = await openPlayer(server.ready)
  const { page } = player
  const both = [
    { of: waits.sealed, path: sealedPath },
    { of: waits.plain, path: plainPath },
  ]
  for (let round_ = -2; round_ < options.rounds; round_ += 1) {
    const share = Math.random()
    // In turns, and each first as often as the other.
    for (const one of round_ % 2 === 0 ? both : both.toReversed()) {
      const first = await timeFirstFrame(page, one.path)
      const seek = await timeSeek(page, share)
      if (round_ < 0) continue // warming up
      one.of.first.push(first)
      one.of.seek.push(seek)
    }
  }
  await timeFirstFrame(page, sealedPath)
  const paths: string[] = []
  for (let index = 0; index < viewers; index += 1) paths.push(await startViewing(server.ready, recordingId))
  const watching: ViewersOptions = {
    server: server.ready,
    paths,
    sizeBytes,
    durationMs: options.minutes * 60_000,
    forMs: options.watchMs,
  }
  const [watched, played] = await Promise.all([
    runChild('media-viewers.ts', watching) as Promise<ViewersResult>,
    play(page, options.watchMs),
  ])

  const { sealed, plain } = waits
  const minutes = `${options.minutes} min`
  return {
    name: 'playback',
    verdicts: [
      atMost(
        `first frame of ${minutes}, p50, against the plain file`,
        median(sealed.first) / median(plain.first),
        1.3,
        '×',
      ),
      atMost(`seek in ${minutes}, p50, against the plain file`, median(sealed.seek) / median(plain.seek), 1.3, '×'),
      atMost(`strip, poster and sheet for scrubbing of ${minutes}`, pictured.scrub / 1000, 20, 's'),
      besides('of which until strip and poster', pictured.strip / 1000, 's'),
      besides('until the waveform too', pictured.waveform / 1000, 's'),
      atMost(`stalls of ${viewers} viewers at the rate of the recording`, watched.stalls, 0, 'stalls'),
      atMost('stalls of a browser that plays beside them', played.stalls, 0, 'stalls'),
    ],
    figures: {
      rounds: options.rounds,
      sizeMiB: round(sizeBytes / 1024 / 1024),
      sealedFirstFrameP50Ms: round(median(sealed.first)),
      plainFirstFrameP50Ms: round(median(plain.first)),
      sealedFirstFrameP95Ms: round(percentile(sealed.first, 0.95)),
      plainFirstFrameP95Ms: round(percentile(plain.first, 0.95)),
      sealedSeekP50Ms: round(median(sealed.seek)),
      plainSeekP50Ms: round(median(plain.seek)),
      sealedSeekP95Ms: round(percentile(sealed.seek, 0.95)),
      plainSeekP95Ms: round(percentile(plain.seek, 0.95)),
      viewers,
      watchedSeconds: round(options.watchMs / 1000),
      viewersMBps: round(watched.bytes / 1e6 / (options.watchMs / 1000)),
      viewersStalledMs: round(watched.stalledMs),
      viewersWorstStartMs: round(watched.worstStartMs),
      browserPlayedSeconds: round(played.playedMs / 1000),
    },
  }
}

/** Answers where its bytes are. */
async function startViewing(server: Ready, recordingId: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/recordings/${recordingId}/viewings`, {
    method: 'POST',
    headers: { cookie: server.cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ purpose: 'report', reference: 'PV-1', reason: 'to measure' }),
  })
  const { mediaUrl } = (await response.json()) as { mediaUrl?: string }
  if (mediaUrl === undefined) throw new Error(`no viewing: ${response.status}`)
  return mediaUrl
}
