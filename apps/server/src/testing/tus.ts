import { createHash } from 'node:crypto'
import type { Announcement } from '@getuige/contract'
import type { Caller } from '#corps'
import type { Site } from './world.ts'

export type Upload = Readonly<{
  announce(announced?: Partial<Announcement> & Readonly<{ sizeBytes?: number }>): Promise<Response>
  head(path: string): Promise<Response>
  patch(path: string, offset: number, bytes: Uint8Array): Promise<Response>
  /** Announce, then send it in one piece: the answer to the last step that was reached. */
  send(announced?: Partial<Announcement>): Promise<Response>
}>

const tus = { 'tus-resumable': '1.0.0' }

/** Speak tus 1.0 about these bytes, as a browser (in a session) or a dock (with its token). */
export function newUpload(site: Site, by: Caller | Readonly<{ token: string }> | undefined, bytes: Uint8Array): Upload {
  const who = by === undefined ? {} : 'token' in by ? { authorization: `Bearer ${by.token}` } : {}
  const as = by !== undefined && !('token' in by) ? by : undefined
  const upload: Upload = {
    announce({ sizeBytes = bytes.length, ...changes } = {}) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const announced = { filename: 'recording.mp4', sha256, camera: 'CAM-1', ...changes }
      const metadata = Object.entries<string | undefined>(announced).map(
        ([name, value]) => `${name} ${Buffer.from(value ?? '').toString('base64')}`,
      )
      const headers = { ...tus, ...who, 'upload-length': `${sizeBytes}`, 'upload-metadata': metadata.join(',') }
      return site.fetch('/api/uploads', { as, method: 'POST', headers })
    },
    head: (path) => site.fetch(path, { as, method: 'HEAD', headers: { ...tus, ...who } }),
    patch(path, offset, piece) {
      const headers = {
        ...tus,
        ...who,
        'upload-offset': `${offset}`,
        'content-type': 'application/offset+octet-stream',
      }
      return site.fetch(path, { as, method: 'PATCH', headers, body: Buffer.from(piece) })
    },
    async send(announced = {}) {
      const created = await upload.announce(announced)
      const path = created.headers.get('location')
      return path === null ? created : upload.patch(path, 0, bytes)
    },
  }
  return upload
}

/** Where an upload that was taken up goes on. Throws when it was refused. */
export function placeOf(created: Response): string {
  const path = created.headers.get('location')
  if (created.status !== 201 || path === null) throw new Error(`the announcement was answered ${created.status}`)
  return path
}
