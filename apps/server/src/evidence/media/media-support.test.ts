import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool, reportNotRun } from '../../../../../tests/outside-tools.ts'
import { tableOfCameras, tableOfMade } from './media-support.ts'
import { findCodecEngine } from './codec-engine.ts'

const document = join(import.meta.dirname, '../../../../../docs/media-support.md')
const opening = `# What is played, and how

Found by doing it, with the system's ffmpeg: files of little more than a second made here, whole and damaged, and files of real cameras. \`npm test\` makes this page anew and fails where it says something else; this writes it:

    GETUIGE_CAMERA_FILES=FOLDER npx vitest run -u --project unit-and-database apps/server/src/evidence/media/media-support.test.ts

| word | means |
|---|---|
| direct | browsers play the bytes of the recording |
| proxy | something is made in their place, sealed, and marked as such with how it was made |
| remuxed | the packets as they are, in another container; _sound encoded_: the pictures as they are, the sound anew |
| encoded | pictures and sound anew, at most 720p |
| reconstructed | pictures found without their index, at a nominal rate and without sound; H.265 encoded anew |
| partial | what is left of it is played, and the screen says what is lost |
| loss not told | played as far as it goes; nothing in such a file says that there was more |
| kept only | not played; an export gives it out |

The recording itself is never changed. Without ffmpeg what would be _encoded_, or has its _sound encoded_, is kept only. A broken index is a table of places that lead nowhere; in fragments, which have none, it is the head of the second.

## Files made here
`
const cameras = '\n## Files of real cameras\n'

test('what is played, and how, is as the documentation says', async () => {
  const engine = await findCodecEngine('ffmpeg')
  if (findTool('ffmpeg') === undefined || engine.name !== 'ffmpeg') {
    reportMissingTool('ffmpeg', 'that docs/media-support.md says what is played')
    return
  }
  const made = await tableOfMade(engine)
  await expect(`${opening}\n${made}\n${cameras}${await ofCameras(engine)}`).toMatchFileSnapshot(document)
})

/** As it was found where the files are; where they are not it stays as it stands, and that is said. */
async function ofCameras(engine: Awaited<ReturnType<typeof findCodecEngine>>): Promise<string> {
  const folder = process.env['GETUIGE_CAMERA_FILES'] ?? ''
  if (folder !== '') return `\n${await tableOfCameras(engine, folder)}\n`
  reportNotRun('how files of real cameras are played (GETUIGE_CAMERA_FILES names no folder of them)')
  const [, stands = ''] = (await readFile(document, 'utf8').catch(() => '')).split(cameras)
  return stands
}
