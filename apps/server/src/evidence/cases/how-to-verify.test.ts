import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { howToVerifyHtml, openingCommands, verifyingCommands } from './how-to-verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-by-hand-'))
afterAll(() => rmSync(folder, { recursive: true }))
const vectors = fileURLToPath(new URL('../../../../../tests/vectors/packages/', import.meta.url))
const page = howToVerifyHtml()
/** As a reader copies them from the page. */
const written = Array.from(page.matchAll(/<pre>([^]*?)<\/pre>/g), ([, text = '']) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
)

const bash = (script: string, cwd: string) => execFileSync('bash', ['-c', script], { cwd, stdio: 'pipe' }).toString()

test('the page has every command as it stands here, in each language', () => {
  const commands = [...Object.values(verifyingCommands), ...Object.values(openingCommands)]
  for (const command of commands) expect(written.filter((one) => one === command)).toHaveLength(4)
})

const missing = ['bash', 'unzip', 'openssl', 'sha256sum'].filter((tool) => findTool(tool) === undefined)
for (const tool of missing) reportMissingTool(tool, 'that a package is checked by hand as its page says')

/** The steps in their order, each only if those before hold; answers the one that does not. */
function failingStep(specimen: string): string | undefined {
  const place = mkdtempSync(join(folder, 'case-'))
  for (const file of ['ca.pem', 'tsa-ca.pem']) copyFileSync(join(vectors, file), join(place, file))
  copyFileSync(join(vectors, specimen), join(place, 'case.asice'))
  let cwd = place
  for (const [step, command] of Object.entries(verifyingCommands)) {
    try {
      bash(command, cwd)
    } catch {
      return step
    }
    if (step === 'unpack') cwd = join(place, 'case')
  }
  return undefined
}

describe.runIf(missing.length === 0)('by hand', () => {
  test('a good package passes every step', () => {
    expect(failingStep('intact.asice')).toBeUndefined()
  })

  test.each([
    ['cut-short.asice', 'unpack'],
    ['member-unlisted.asice', 'listed'],
    ['recording-exchanged.asice', 'digests'],
    ['key-exchanged.asice', 'others'],
    ['signature-exchanged-and-stamped-again.asice', 'signature'],
    ['signed-by-a-stranger.asice', 'signature'],
    ['time-stamp-of-something-else.asice', 'stamp'],
    ['time-stamp-by-a-stranger.asice', 'stamp'],
    ['signature-of-another-list.asice', 'signature'],
  ])('%s fails at: %s', (specimen, step) => {
    expect(failingStep(specimen)).toBe(step)
  })
})

const age = findTool('age')
if (age === undefined) reportMissingTool('age', 'that an encrypted package opens as its page says')

test.runIf(age !== undefined && missing.length === 0)('an encrypted package opens by the commands of the page', () => {
  const place = mkdtempSync(join(folder, 'sealed-'))
  copyFileSync(join(vectors, 'intact.asice'), join(place, 'plain.asice'))
  const isOpened = () => readFileSync(join(place, 'case.asice')).equals(readFileSync(join(place, 'plain.asice')))
  bash('age-keygen -o identity.txt && age -r "$(age-keygen -y identity.txt)" -o case.asice.age plain.asice', place)
  bash(openingCommands.age, place)
  expect(isOpened()).toBe(true)

  bash(
    [
      'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=court -keyout key.pem -out certificate.pem',
      'openssl cms -encrypt -aes256 -outform DER -in identity.txt -out case.asice.key.p7m certificate.pem',
      `python3 -c 'import zipfile; z=zipfile.ZipFile("case.asice.zip","w"); [z.write(f) for f in ("case.asice.key.p7m","case.asice.age")]'`,
      'rm case.asice case.asice.age case.asice.key.p7m identity.txt',
    ].join(' && '),
    place,
  )
  bash(openingCommands.certificate, place)
  expect(isOpened()).toBe(true)
})
