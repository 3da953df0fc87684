/**
 * age files (c2sp.org/age) with the ciphers of Node: the chunks of a payload, and whole files that stream. Headers are
 * made and read by `@getuige/proof`.
 */
export { newOpener, newSealer } from './chunks.ts'
export { AgeFileError, createAgeFile, readAgeFile } from './age-file.ts'
export { sealForRecipient } from './age-stream.ts'
