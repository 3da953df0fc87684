import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { tableOfCameras, tableOfMade } from './media-support.ts'
import { findCodecEngine } from './codec-engine.ts'

const document = join(import.meta.dirname, '../../../../../docs/media-support.md')
const opening = `# What is played, and how

Found by doing it, with the system's ffmpeg: files made here, whole and damaged. *Direct*: browsers play the bytes of the recording. *Proxy*: something is made in their place, sealed, and marked as such: *remuxed*, the packets in another container; *encoded*, pictures anew, at most 720p; *reconstructed*, pictures found without their index, at a nominal rate and without sound. *Partial*: what is left of it. *Kept only*: an export gives it out. The recording itself is never changed.

Without ffmpeg what would be *encoded*, or has its *sound encoded*, is kept only.

## Files made here
`
const cameras = '\n## Files of real cameras\n'

test('what is played, and how, is as the documentation says', async () => {
  const engine = await findCodecEngine('ffmpeg')
  if (findTool('ffmpeg') === undefined || engine.name !== 'ffmpeg') {
    reportMissingTool('ffmpeg', 'that docs/media-support.md says what is played')
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'getuige-support-'))
  try {
    const made = await tableOfMade(engine, folder)
    await expect(`${opening}\n${made}\n${cameras}${await ofCameras(engine)}`).toMatchFileSnapshot(document)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 600_000)

/** As it was found where the files are; where they are not it stays as it stands, and that is said. */
async function ofCameras(engine: Awaited<ReturnType<typeof findCodecEngine>>): Promise<string> {
  const folder = process.env['GETUIGE_CAMERA_FILES'] ?? ''
  if (folder !== '') return `\n${await tableOfCameras(engine, folder)}\n`
  process.stderr.write('GETUIGE_CAMERA_FILES names no folder: files of real cameras were not tried\n')
  const [, stands = ''] = (await readFile(document, 'utf8').catch(() => '')).split(cameras)
  return stands
}
