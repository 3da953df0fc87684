import { expect, test } from 'vitest'
import { formatMapping, parseMapping } from './role-mapping.ts'

test('groups and roles are read from lines and written back', () => {
  const text = 'bodycam-archive = records-officer\nCN=street,DC=city = enforcer'
  const { roleMapping, wrong } = parseMapping(`${text}\n\n`)
  expect(wrong).toBeUndefined()
  expect(roleMapping).toEqual([
    { value: 'bodycam-archive', role: 'records-officer' },
    { value: 'CN=street,DC=city', role: 'enforcer' },
  ])
  expect(formatMapping(roleMapping)).toBe(text)
})

test.each(['bodycam-archive', '= enforcer', 'group = chief'])('%s is not understood', (line) => {
  expect(parseMapping(`a = trainer\n${line}`).wrong).toBe(line)
})
