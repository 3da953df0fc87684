/** What a package is read from: a file on a disk, or one that was given to a browser. */
export type RandomAccess = Readonly<{
  sizeBytes: number
  /** `length` bytes from `position`; fewer only at the end. Throws if it cannot be read. */
  read(position: number, length: number): Promise<Uint8Array>
}>

/** How bytes are digested; the fastest way differs between Node and browsers. */
export type Hashing = Readonly<{
  newSha256(): Readonly<{ update(bytes: Uint8Array): void; hex(): string }>
  /** Of ZIP; `before` is that of the bytes before, 0 of none. */
  crc32(bytes: Uint8Array, before: number): number
}>
