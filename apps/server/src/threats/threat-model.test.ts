import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../../..')

test('every test that the threat model names is there, under that name, and each attacker has one', async () => {
  const model = await readFile(join(root, 'docs/threat-model.md'), 'utf8')
  const named = [...model.matchAll(/`([^`]+\.(?:test|e2e)\.ts)`: ([^\n]+)/g)]
  const missing: string[] = []
  for (const [, path = '', names = ''] of named) {
    const source = await readFile(join(root, path), 'utf8').catch(() => '')
    for (const [, name = ''] of names.matchAll(/“([^”]+)”/g))
      if (!source.includes(name)) missing.push(`${path}: ${name}`)
  }
  expect(missing).toEqual([])
  expect(named.length).toBeGreaterThan(30)

  const attackers = model.split(/^### /m).slice(1)
  expect(
    attackers.filter((section) => !/\.(test|e2e)\.ts`: “/.test(section)).map((section) => section.split('\n')[0]),
  ).toEqual([])
})
