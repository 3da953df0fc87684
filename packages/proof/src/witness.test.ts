import { readFileSync } from 'node:fs'
import { fromHex, toHex } from '@getuige/base'
import { describe, expect, test } from 'vitest'
import * as proof from './index.ts'
import { ProofError } from './index.ts'

function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

describe('a cosignature', () => {
  type Note = { name: string; note: string }
  const vectors = readVectors<{
    witness: { name: string; seed: string; vkey: string; noteVkey: string }
    signed: { text: string; at: number; line: string }
    valid: (Note & { at: number })[]
    absent: Note[]
    broken: Note[]
  }>('cosignature')
  const { witness, signed } = vectors
  const key = proof.newWitnessKey(witness.name, fromHex(witness.seed))

  test('is made with a key of its own kind, to the same bytes as by another implementation', () => {
    expect(key.vkey).toBe(witness.vkey)
    expect(proof.cosign(signed.text, new Date(signed.at * 1000 + 999), key)).toBe(signed.line)
    expect(() => proof.parseWitnessVkey(witness.noteVkey)).toThrow(ProofError)
    expect(() => proof.parseVkey(witness.vkey)).toThrow(ProofError)
    expect(() => proof.cosign('no checkpoint\n', new Date(), key)).toThrow(ProofError)
  })
  test.each(vectors.valid)('is found: $name', ({ note, at }) => {
    expect(proof.findCosignature(note, witness.vkey)).toEqual({ witness: witness.name, at: new Date(at * 1000) })
  })
  test.each(vectors.absent)('is not there: $name', ({ note }) => {
    expect(proof.findCosignature(note, witness.vkey)).toBeUndefined()
  })
  test.each(vectors.broken)('is refused: $name', ({ note }) => {
    expect(() => proof.findCosignature(note, witness.vkey)).toThrow(ProofError)
  })
  test('added below a note leaves the signature of the log what it was', () => {
    const [{ note } = { note: '' }] = vectors.absent
    const whole = proof.addCosignatures(note, [signed.line])
    expect(whole).toBe(vectors.valid[0]?.note)
    expect(proof.readUnverifiedNote(whole).text).toBe(proof.readUnverifiedNote(note).text)
    expect(() => proof.addCosignatures(note, ['no signature\n'])).toThrow(ProofError)
  })
})

describe('the request to a witness', () => {
  const vectors = readVectors<{
    valid: { name: string; body: string; oldSize: number; proof: string[]; checkpoint: string }[]
    broken: { name: string; body: string }[]
    sizes: [string, number][]
    brokenSizes: string[]
  }>('witness')

  test.each(vectors.valid)('$name', ({ body, oldSize, proof: path, checkpoint }) => {
    const request = proof.parseAddCheckpoint(body)
    expect({ ...request, proof: request.proof.map(toHex) }).toEqual({ oldSize, proof: path, checkpoint })
    expect(proof.formatAddCheckpoint(request)).toBe(body)
  })
  test.each(vectors.broken)('is refused: $name', ({ body }) => {
    expect(() => proof.parseAddCheckpoint(body)).toThrow(ProofError)
  })
  test('is answered with a size when it began from another', () => {
    for (const [body, size] of vectors.sizes) expect(proof.parseTreeSize(body)).toBe(size)
    for (const body of vectors.brokenSizes) expect(() => proof.parseTreeSize(body), body).toThrow(ProofError)
  })
})
