import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import type { Ready } from './server-process.ts'

const run = promisify(execFile)
const words = (line: string): string[] => line.split(' ')

/**
 * A recording of so many minutes as a camera makes it: 1080p at 30 pictures a second, H.264 at 5 Mbit/s, AAC. One minute
 * is encoded, and repeated without encoding it again. Needs ffmpeg. Answers its path.
 */
export async function makeRecording(folder: string, minutes: number): Promise<string> {
  const minute = join(folder, 'minute.mp4')
  const made = join(folder, 'made.mp4')
  const quiet = ['-nostdin', '-loglevel', 'error', '-y']
  const pictures = 'testsrc2=size=1920x1080:rate=30,noise=alls=12:allf=t'
  const sound = "sine=frequency=440:sample_rate=48000,volume='0.5+0.5*sin(t)':eval=frame"
  const rate = '-b:v 5M -minrate 5M -maxrate 5M -bufsize 5M -g 60'
  await run('ffmpeg', [
    ...quiet,
    ...words('-f lavfi -i'),
    pictures,
    ...words('-f lavfi -i'),
    sound,
    ...words(`-t 60 -c:v libx264 -preset ultrafast ${rate} -pix_fmt yuv420p -c:a aac -b:a 96k`),
    minute,
  ])
  const createdAt = new Date(Date.now() - 86_400_000).toISOString()
  await run('ffmpeg', [
    ...quiet,
    ...words(`-stream_loop ${minutes - 1} -i ${minute} -c copy -movflags +faststart`),
    ...words(`-metadata creation_time=${createdAt} -metadata comment=${createdAt} ${made}`),
  ])
  const path = join(folder, 'plain')
  await rename(made, path)
  return path
}

/** Hand a file over as a dock does. Answers when its last byte was acknowledged. */
export async function uploadFile(server: Ready, path: string): Promise<void> {
  const { size } = await stat(path)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  const fields = { filename: 'hour.mp4', sha256: hash.digest('hex'), camera: server.cameraSerial }
  const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
  const send = (method: string, where: string, headers: Readonly<Record<string, string | number>>) =>
    request({
      host: '127.0.0.1',
      port: server.port,
      method,
      path: where,
      headers: { cookie: server.cookie, 'tus-resumable': '1.0.0', ...headers },
    })
  const creating = send('POST', '/api/uploads', {
    'upload-length': size,
    'upload-metadata': metadata.join(','),
    'content-length': 0,
  })
  creating.end()
  const created = await answerOf(creating)
  const patch = send('PATCH', created.headers.location ?? '', {
    'content-type': 'application/offset+octet-stream',
    'upload-offset': 0,
    'content-length': size,
  })
  const answered = answerOf(patch)
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), patch)
  await answered
}

async function answerOf(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${sent.method} ${sent.path}: ${response.statusCode}`)
  return response
}
