import { readFile } from 'node:fs/promises'
import { RootUnavailable } from './roots.ts'

/**
 * The few calls of PKCS#11 (Cryptoki) that Getuige needs, on the library of a key token. Calls run in a thread beside
 * and one after the other; a session that was lost is opened again. Names and numbers are those of the standard.
 * @see https://docs.oasis-open.org/pkcs11/pkcs11-spec/v3.1/pkcs11-spec-v3.1.html
 */
export type TokenSettings = Readonly<{ module: string; token: string; pinFile: string }>

export type Token = Readonly<{
  /** Run calls in one session, nobody else's between. Throws `RootUnavailable` when the token cannot be used. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}>

export type ObjectHandle = bigint
export type Attribute = readonly [type: number, value: Uint8Array | boolean | number | string]

export type Session = Readonly<{
  findObjects(template: readonly Attribute[]): Promise<ObjectHandle[]>
  readAttribute(object: ObjectHandle, type: number): Promise<Buffer>
  generateKey(mechanism: number, template: readonly Attribute[]): Promise<ObjectHandle>
  destroyObject(object: ObjectHandle): Promise<void>
  /** AES-GCM with a nonce of 12 bytes; the tag of 16 bytes follows the ciphertext. */
  encryptGcm(key: ObjectHandle, nonce: Uint8Array, plain: Uint8Array): Promise<Buffer>
  decryptGcm(key: ObjectHandle, nonce: Uint8Array, sealed: Uint8Array): Promise<Buffer>
  sign(key: ObjectHandle, mechanism: number, data: Uint8Array): Promise<Buffer>
}>

export const cka = { class: 0, token: 1, private: 2, label: 3, value: 0x11, id: 0x102 } as const
export const ckaKey = {
  keyType: 0x100,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  valueLength: 0x161,
  extractable: 0x162,
} as const
export const cko = { certificate: 1, privateKey: 3, secretKey: 4 } as const
export const ckk = { rsa: 0, ec: 3, aes: 0x1f } as const
export const ckm = { sha256RsaPkcs: 0x40, ecdsa: 0x1041, aesKeyGen: 0x1080, aesGcm: 0x1087 } as const

const ckr: Readonly<Record<number, string>> = {
  0x05: 'CKR_GENERAL_ERROR',
  0x30: 'CKR_DEVICE_ERROR',
  0x31: 'CKR_DEVICE_MEMORY',
  0x32: 'CKR_DEVICE_REMOVED',
  0x40: 'CKR_ENCRYPTED_DATA_INVALID',
  0x60: 'CKR_KEY_HANDLE_INVALID',
  0x70: 'CKR_MECHANISM_INVALID',
  0x82: 'CKR_OBJECT_HANDLE_INVALID',
  0xa0: 'CKR_PIN_INCORRECT',
  0xa4: 'CKR_PIN_LOCKED',
  0xb3: 'CKR_SESSION_HANDLE_INVALID',
  0xe0: 'CKR_TOKEN_NOT_PRESENT',
  0x101: 'CKR_USER_NOT_LOGGED_IN',
}
const alreadyInitialized = 0x191
const alreadyLoggedIn = 0x100
const bufferTooSmall = 0x150
/** After these the session is of no use: a token that was taken out, or a network that was down. */
const lost = new Set([0x30, 0x32, 0xb3, 0xe0, 0x101])

const osLockingOk = 2
const serialReadWrite = 6
const normalUser = 1
const patienceMs = 10_000

/** What a call answered, when it was not `CKR_OK`. */
export class Pkcs11Error extends Error {
  readonly rv: number
  constructor(call: string, rv: number) {
    super(`${call} answered ${ckr[rv] ?? `0x${rv.toString(16)}`}`)
    this.rv = rv
  }
}

type Call = (...args: readonly unknown[]) => Promise<void>
type Module = Awaited<ReturnType<typeof loadModule>>
const modules = new Map<string, Promise<Module>>()

/** The token of that label. Nothing is loaded or asked before it is used. */
export function openToken({ module, token, pinFile }: TokenSettings): Token {
  let session: { handle: bigint; module: Module } | undefined
  let queue: Promise<unknown> = Promise.resolve()
  /** A token locks itself after a few wrong ones: the same is not tried twice. */
  let wrongPin: string | undefined

  async function demandSession() {
    if (session !== undefined) return session
    let loading = modules.get(module)
    if (loading === undefined) {
      loading = loadModule(module)
      modules.set(module, loading)
      loading.catch(() => modules.delete(module))
    }
    const loaded = await loading
    const slot = await loaded.findSlot(token)
    if (slot === undefined)
      throw new RootUnavailable(`${module} has no token "${token}": plug it in, or initialise it.`)
    const pin = await readFile(pinFile, 'utf8').then(
      (text) => text.trim(),
      (cause: unknown) => {
        throw new RootUnavailable(
          `The PIN of the token cannot be read from ${pinFile}: ${(cause as Error).message}`,
          cause,
        )
      },
    )
    const wrong = `The token "${token}" refuses the PIN in ${pinFile}.`
    if (pin === wrongPin) throw new RootUnavailable(wrong)
    const handle = await loaded.openSession(slot)
    try {
      await loaded.login(handle, pin)
    } catch (error) {
      await loaded.closeSession(handle).catch(() => undefined)
      if (!(error instanceof Pkcs11Error)) throw error
      if (error.rv !== 0xa0 && error.rv !== 0xa4) throw error
      wrongPin = pin
      throw new RootUnavailable(error.rv === 0xa4 ? `The PIN of the token "${token}" is locked.` : wrong, error)
    }
    session = { handle, module: loaded }
    return session
  }

  async function attempt<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { handle, module: loaded } = await demandSession()
    return work(loaded.sessionOf(handle))
  }
  async function forget(): Promise<void> {
    const known = session
    session = undefined
    await known?.module.closeSession(known.handle).catch(() => undefined)
  }
  async function attemptTwice<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await attempt(work)
    } catch (error) {
      if (!(error instanceof Pkcs11Error && lost.has(error.rv))) throw error
      await forget()
      return attempt(work)
    }
  }

  return {
    async use(work) {
      const mine = queue.then(() => attemptTwice(work))
      queue = mine.catch(() => undefined)
      try {
        return await withPatience(mine, `The token "${token}" does not answer.`)
      } catch (error) {
        if (!(error instanceof Pkcs11Error && (lost.has(error.rv) || error.rv === 0x05))) throw error
        throw new RootUnavailable(`The token "${token}" cannot be used: ${error.message}.`, error)
      }
    },
    async close() {
      await withPatience(queue, 'The token does not answer.').catch(() => undefined)
      await forget()
    },
  }
}

async function withPatience<T>(work: Promise<T>, sentence: string): Promise<T> {
  const waiting = Promise.withResolvers<never>()
  const timer = setTimeout(() => waiting.reject(new RootUnavailable(sentence)), patienceMs)
  try {
    return await Promise.race([work, waiting.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function loadModule(path: string) {
  const { default: koffi } = await import('koffi').catch((cause: unknown) => {
    throw new RootUnavailable(
      'Key tokens need the optional package koffi, which npm ci installs on this system.',
      cause,
    )
  })
  let library: ReturnType<typeof koffi.load>
  try {
    library = koffi.load(path)
  } catch (cause) {
    throw new RootUnavailable(`${path} cannot be loaded as a PKCS#11 module: ${(cause as Error).message}`, cause)
  }

  const long = 'unsigned long'
  const longBytes = koffi.sizeof(long)
  // On Windows the standard packs structures; elsewhere they lie as the compiler lays them.
  const struct = process.platform === 'win32' ? koffi.pack : koffi.struct
  const attributeType = struct({ type: long, pValue: 'void *', ulValueLen: long })
  const mechanismType = struct({ mechanism: long, pParameter: 'void *', ulParameterLen: long })
  const gcmType = struct({
    pIv: 'void *',
    ulIvLen: long,
    ulIvBits: long,
    pAAD: 'void *',
    ulAADLen: long,
    ulTagBits: long,
  })
  const initType = struct({
    create: 'void *',
    destroy: 'void *',
    lock: 'void *',
    unlock: 'void *',
    flags: long,
    no: 'void *',
  })

  /** Memory that the library reaches through a pointer is held on to until the call is over. */
  const inUse = new Set<readonly unknown[]>()
  const call = (name: string, types: readonly string[]): Call => {
    const foreign = library.func(name, long, [...types])
    return async (...args) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      inUse.add(args)
      foreign.async(...args.map(memoryOf), (error: unknown, rv: number) => {
        if (error === null || error === undefined) resolve(rv)
        else reject(error instanceof Error ? error : new Error(`${name} could not be called`))
      })
      const rv = await promise.finally(() => inUse.delete(args))
      if (rv !== 0) throw new Pkcs11Error(name, rv)
    }
  }
  const calls = {
    initialize: call('C_Initialize', ['void *']),
    slots: call('C_GetSlotList', ['uint8_t', 'void *', 'void *']),
    tokenInfo: call('C_GetTokenInfo', [long, 'void *']),
    open: call('C_OpenSession', [long, long, 'void *', 'void *', 'void *']),
    close: call('C_CloseSession', [long]),
    login: call('C_Login', [long, long, 'void *', long]),
    generate: call('C_GenerateKey', [long, 'void *', 'void *', long, 'void *']),
    destroy: call('C_DestroyObject', [long, long]),
    findInit: call('C_FindObjectsInit', [long, 'void *', long]),
    find: call('C_FindObjects', [long, 'void *', long, 'void *']),
    findFinal: call('C_FindObjectsFinal', [long]),
    read: call('C_GetAttributeValue', [long, long, 'void *', long]),
    encryptInit: call('C_EncryptInit', [long, 'void *', long]),
    encrypt: call('C_Encrypt', [long, 'void *', long, 'void *', 'void *']),
    decryptInit: call('C_DecryptInit', [long, 'void *', long]),
    decrypt: call('C_Decrypt', [long, 'void *', long, 'void *', 'void *']),
    signInit: call('C_SignInit', [long, 'void *', long]),
    sign: call('C_Sign', [long, 'void *', long, 'void *', 'void *']),
  }

  const number = (value: number | bigint) => {
    const bytes = Buffer.alloc(longBytes)
    writeLong(bytes, value)
    return bytes
  }
  const readLong = (bytes: Buffer, at = 0) =>
    longBytes === 8 ? bytes.readBigUInt64LE(at) : BigInt(bytes.readUInt32LE(at))
  const writeLong = (bytes: Buffer, value: number | bigint) =>
    longBytes === 8 ? bytes.writeBigUInt64LE(BigInt(value)) : bytes.writeUInt32LE(Number(value))

  const toBytes = (value: Attribute[1]): Buffer => {
    if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0])
    if (typeof value === 'number') return number(value)
    return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)
  }
  const template = (attributes: readonly Attribute[]): Memory => {
    const size = koffi.sizeof(attributeType)
    const bytes = Buffer.alloc(size * attributes.length)
    const held = attributes.map(([, value]) => toBytes(value))
    for (const [n, [type]] of attributes.entries()) {
      const value = held[n]
      koffi.encode(bytes, n * size, attributeType, { type, pValue: value, ulValueLen: value?.length ?? 0 })
    }
    return { bytes, held }
  }
  const mechanism = (type: number, parameter?: Memory): Memory => {
    const bytes = Buffer.alloc(koffi.sizeof(mechanismType))
    const pParameter = parameter?.bytes ?? null
    koffi.encode(bytes, 0, mechanismType, {
      mechanism: type,
      pParameter,
      ulParameterLen: pParameter === null ? 0 : pParameter.length,
    })
    return { bytes, held: parameter === undefined ? [] : [parameter.bytes, ...parameter.held] }
  }
  const gcm = (nonce: Uint8Array): Memory => {
    const iv = Buffer.from(nonce)
    const bytes = Buffer.alloc(koffi.sizeof(gcmType))
    koffi.encode(bytes, 0, gcmType, {
      pIv: iv,
      ulIvLen: iv.length,
      ulIvBits: iv.length * 8,
      pAAD: null,
      ulAADLen: 0,
      ulTagBits: 128,
    })
    return mechanism(ckm.aesGcm, { bytes, held: [iv] })
  }
  /** For calls that write into a buffer and say how much. */
  const output = async (capacity: number, write: (into: Buffer, length: Buffer) => Promise<void>) => {
    const [into, length] = [Buffer.alloc(capacity), number(capacity)]
    await write(into, length)
    return into.subarray(0, Number(readLong(length)))
  }

  const init = Buffer.alloc(koffi.sizeof(initType))
  koffi.encode(init, 0, initType, {
    create: null,
    destroy: null,
    lock: null,
    unlock: null,
    flags: osLockingOk,
    no: null,
  })
  await calls.initialize(init).catch((error: unknown) => {
    if (error instanceof Pkcs11Error && error.rv === alreadyInitialized) return
    throw new RootUnavailable(`${path} does not start: ${(error as Error).message}.`, error)
  })

  return {
    async findSlot(label: string): Promise<bigint | undefined> {
      const most = 256
      const slots = Buffer.alloc(most * longBytes)
      const count = number(most)
      await calls.slots(1, slots, count)
      for (let n = 0; n < Number(readLong(count)); n += 1) {
        const slot = readLong(slots, n * longBytes)
        // CK_TOKEN_INFO begins with the label, 32 bytes padded with blanks.
        const info = Buffer.alloc(512)
        const isThere = await calls.tokenInfo(slot, info).then(
          () => true,
          () => false,
        )
        if (isThere && info.subarray(0, 32).toString('utf8').trimEnd() === label) return slot
      }
      return undefined
    },
    async openSession(slot: bigint): Promise<bigint> {
      const handle = number(0)
      await calls.open(slot, serialReadWrite, null, null, handle)
      return readLong(handle)
    },
    closeSession: (handle: bigint) => calls.close(handle),
    async login(handle: bigint, pin: string): Promise<void> {
      const bytes = Buffer.from(pin)
      await calls.login(handle, normalUser, bytes, bytes.length).catch((error: unknown) => {
        if (!(error instanceof Pkcs11Error && error.rv === alreadyLoggedIn)) throw error
      })
    },
    sessionOf: (session: bigint): Session => ({
      async findObjects(attributes) {
        const wanted = template(attributes)
        await calls.findInit(session, wanted, attributes.length)
        try {
          const most = 64
          const [handles, count] = [Buffer.alloc(most * longBytes), number(0)]
          await calls.find(session, handles, most, count)
          return Array.from({ length: Number(readLong(count)) }, (_, n) => readLong(handles, n * longBytes))
        } finally {
          await calls.findFinal(session)
        }
      },
      async readAttribute(object, type) {
        for (let capacity = 4096; ; capacity *= 8) {
          const value = Buffer.alloc(capacity)
          const bytes = Buffer.alloc(koffi.sizeof(attributeType))
          koffi.encode(bytes, 0, attributeType, { type, pValue: value, ulValueLen: capacity })
          try {
            await calls.read(session, object, { bytes, held: [value] }, 1)
          } catch (error) {
            if (error instanceof Pkcs11Error && error.rv === bufferTooSmall && capacity < 1_000_000) continue
            throw error
          }
          const { ulValueLen } = koffi.decode(bytes, attributeType) as { ulValueLen: number }
          return value.subarray(0, ulValueLen)
        }
      },
      async generateKey(type, attributes) {
        const handle = number(0)
        await calls.generate(session, mechanism(type), template(attributes), attributes.length, handle)
        return readLong(handle)
      },
      destroyObject: (object) => calls.destroy(session, object),
      async encryptGcm(key, nonce, plain) {
        await calls.encryptInit(session, gcm(nonce), key)
        const bytes = Buffer.from(plain)
        return output(bytes.length + 64, (into, length) => calls.encrypt(session, bytes, bytes.length, into, length))
      },
      async decryptGcm(key, nonce, sealed) {
        await calls.decryptInit(session, gcm(nonce), key)
        const bytes = Buffer.from(sealed)
        return output(bytes.length + 64, (into, length) => calls.decrypt(session, bytes, bytes.length, into, length))
      },
      async sign(key, type, data) {
        await calls.signInit(session, mechanism(type), key)
        const bytes = Buffer.from(data)
        return output(1024, (into, length) => calls.sign(session, bytes, bytes.length, into, length))
      },
    }),
  }
}

/** Bytes that point to other bytes. */
type Memory = Readonly<{ bytes: Buffer; held: readonly Buffer[] }>

function memoryOf(arg: unknown): unknown {
  return typeof arg === 'object' && arg !== null && 'bytes' in arg ? arg.bytes : arg
}
