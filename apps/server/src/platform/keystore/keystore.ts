import { createHash, randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { StartError } from '../errors/index.ts'
import { openBox } from './boxes.ts'
import { openFileRoot } from './file-root.ts'
import { openOpenBaoRoot } from './openbao-root.ts'
import { openPkcs11Root } from './pkcs11-root.ts'
import { type Durably, openPlace, type Place } from './place.ts'
import { parseRoot, type Root, type RootDriver, type RootKind, RootUnavailable } from './roots.ts'
import { formatSecretFile, formatSlot, instanceOf, parseSecretFile, type SecretFile, type Slot } from './secret-file.ts'
import type { KeystoreSettings, RootSettings } from './settings.ts'

/**
 * Named secrets under one root key. They live outside the database: who has a copy of the database, or of yesterday's,
 * has no key. Names are paths of ids and days; they are not secret. Every method throws `RootUnavailable` (a refusal:
 * try again later) when it needs the root key and its driver cannot be asked; secrets used before stay in memory.
 */
export type Keystore = AsyncDisposable &
  Readonly<{
    /** The secret of that name; made first, 32 random bytes, when there is none. Durable, in the mirror too. */
    demand(name: string): Promise<Uint8Array>
    /** The secret of that name, or undefined when there is none or it was destroyed. */
    find(name: string): Promise<Uint8Array | undefined>
    /** What tells this secret from any other that ever had its name; not secret. Undefined when there is none. */
    instanceOf(name: string): Promise<string | undefined>
    /** Keep a secret made elsewhere. Durable when it returns, in the mirror too; throws when the name is taken. */
    keep(name: string, secret: Uint8Array): Promise<void>
    /** Destroy the secret, here and in the mirror: what it wraps can never be opened again. Durable. May run twice. */
    destroy(name: string): Promise<void>
    list(prefix: string): Promise<string[]>
    /** Secrets that a back-up may hold: those that no erasure ever destroys. */
    undyingSecrets(): AsyncIterable<Readonly<{ name: string; secret: Uint8Array }>>
    /**
     * Put another root key in the place of the current one, of the driver that the settings name, and wrap every secret
     * anew; ends a rotation that was cut short instead, if there is one. Others may use the keystore meanwhile, also in
     * other processes, but only one may rotate: the caller sees to that.
     */
    rotateRoot(tell?: (done: number) => void): Promise<RotatedRoot>
    /** Make keystore and mirror equal: copies what is missing in one, and destroys what the other saw destroyed. */
    compareMirror(): Promise<Compared>
    /** What is asked of the operator, in a sentence each. */
    advice(): Promise<string[]>
  }>

export type RotatedRoot = Readonly<{ rootId: string; formerIds: readonly string[]; rewrapped: number }>
export type Compared = Readonly<{ copied: number; restored: number; destroyed: number; repaired: number }>

/** True for secrets that an erasure destroys: they may be in no back-up, only in the keystore and its mirror. */
export function isMortal(name: string): boolean {
  return name.startsWith('bucket/') || name.startsWith('draft/')
}

/** Of drafts there are many, none is ever made anew under its name, and a sweep removes what nobody claims. */
const leavesTombstone = (name: string) => !name.startsWith('draft/')

/**
 * Keystore on files: `root.key` made at first start, one file a secret. Folders are 0700, files 0600. Throws
 * `StartError` when others can read the root key, when its driver cannot be used, and when secrets are there but not
 * the root key that wrapped them: a new one would open nothing.
 */
export async function openKeystore(
  settings: KeystoreSettings,
  durably: Durably = (_step, work) => work(),
): Promise<Keystore> {
  const home = openPlace(settings.folder, durably)
  const mirror = settings.mirror === undefined ? undefined : openPlace(settings.mirror, durably)
  const places = mirror === undefined ? [home] : [mirror, home]
  await home.make()
  const drivers = openDrivers(settings)
  const engine = new Engine(home, mirror, places, drivers, settings.root.driver)
  try {
    await engine.start()
  } catch (error) {
    await engine.close()
    throw error instanceof RootUnavailable ? new StartError(error.sentence, { cause: error }) : error
  }
  return {
    demand: (name) => engine.demand(name),
    find: (name) => engine.find(name),
    instanceOf: (name) => engine.instanceOf(name),
    keep: (name, secret) => engine.keep(name, secret),
    destroy: (name) => engine.destroy(name),
    list: (prefix) => home.list(prefix),
    async *undyingSecrets() {
      for (const name of await home.list()) {
        if (isMortal(name)) continue
        const secret = await engine.find(name)
        if (secret !== undefined) yield { name, secret }
      }
    },
    rotateRoot: (tell) => engine.rotateRoot(tell),
    compareMirror: () => engine.compareMirror(),
    advice: () => engine.advice(),
    [Symbol.asyncDispose]: () => engine.close(),
  }
}

function openDrivers({ root, former }: KeystoreSettings): ReadonlyMap<RootKind, RootDriver> {
  const drivers = [openFileRoot(), ...[former, root].flatMap((each) => (each === undefined ? [] : [openDriver(each)]))]
  return new Map(drivers.map((driver) => [driver.kind, driver]))
}

function openDriver(settings: RootSettings): RootDriver {
  switch (settings.driver) {
    case 'file':
      return openFileRoot()
    case 'pkcs11':
      return openPkcs11Root(settings)
    case 'openbao':
      return openOpenBaoRoot(settings)
  }
}

/** Of the files: see secret-file.ts. Before it, a file was one box. */
const formatVersion = '2'

class Engine {
  readonly #home: Place
  readonly #mirror: Place | undefined
  /** In the order in which a secret is written: the mirror first, so that home never has what the mirror lacks. */
  readonly #places: readonly Place[]
  readonly #drivers: ReadonlyMap<RootKind, RootDriver>
  readonly #wanted: RootKind
  readonly #cache = new Map<string, Uint8Array>()

  constructor(
    home: Place,
    mirror: Place | undefined,
    places: readonly Place[],
    drivers: ReadonlyMap<RootKind, RootDriver>,
    wanted: RootKind,
  ) {
    this.#home = home
    this.#mirror = mirror
    this.#places = places
    this.#drivers = drivers
    this.#wanted = wanted
  }

  async start(): Promise<void> {
    await this.#demandRoot()
    await this.#checkRoots()
    if ((await this.#home.readMark('format')) !== formatVersion) {
      for (const name of await this.#home.list()) await this.#renewOldFile(name)
      await this.#home.writeMark('format', formatVersion)
    }
  }

  async close(): Promise<void> {
    for (const driver of this.#drivers.values()) await driver.close()
  }

  async advice(): Promise<string[]> {
    const roots = await this.#readRoots()
    const sentences: string[] = []
    if (roots.length > 1) sentences.push('A rotation of the root key was cut short: run npx getuige keys rotate-root.')
    else if (roots[0]?.kind !== this.#wanted)
      sentences.push(
        `Secrets are still under a root key of the driver "${roots[0]?.kind}": run npx getuige keys rotate-root to move them.`,
      )
    return sentences
  }

  // Roots

  async #demandRoot(): Promise<void> {
    if ((await this.#home.readRoots()) === undefined) {
      const copy = await this.#mirror?.readRoots()
      if (copy === undefined && !(await this.#home.isEmpty()))
        throw new StartError(
          `${this.#home.rootFile} is missing, but the secrets it sealed are there: put it back from your backup. A new one would open nothing.`,
        )
      if (copy !== undefined) await this.#home.replaceRoots(copy)
      // Another process that started at the same moment may be first: then its root key is taken.
      else await this.#home.makeRoots(await this.#driverOf(this.#wanted).make([]))
    }
    const mode = (await stat(this.#home.rootFile)).mode & 0o077
    if (process.platform !== 'win32' && mode !== 0)
      throw new StartError(`${this.#home.rootFile} can be read by others: run chmod 600 on it`)
  }

  /** The driver of every root key is set up, and the current one answers; a former one may be destroyed already. */
  async #checkRoots(): Promise<void> {
    const [current, ...former] = await this.#readRoots()
    for (const { kind } of former) this.#driverOf(kind)
    const driver = this.#driverOf(current.kind)
    const probe = randomBytes(32)
    const opened = await driver.unwrap(current.line, await driver.wrap(current.line, probe))
    if (!probe.equals(opened)) throw new StartError(`The root key ${current.id} does not give back what it wrapped.`)
  }

  async #readRoots(): Promise<readonly [Root, ...Root[]]> {
    const lines = (await this.#home.readRoots()) ?? []
    const roots = lines.map((line) => {
      const root = parseRoot(line)
      if (root !== undefined) return root
      throw new StartError(`${this.#home.rootFile} is not a root key: it should hold 64 hexadecimal digits`)
    })
    const [current, ...former] = roots
    if (current === undefined)
      throw new StartError(`${this.#home.rootFile} is not a root key: it should hold 64 hexadecimal digits`)
    return [current, ...former]
  }

  #driverOf(kind: RootKind): RootDriver {
    const driver = this.#drivers.get(kind)
    if (driver !== undefined) return driver
    throw new StartError(
      `The secrets in ${this.#home.folder} are under a root key of the driver "${kind}": set GETUIGE_KEYSTORE to it, or GETUIGE_KEYSTORE_FORMER to move away from it.`,
    )
  }

  // Wrapping

  async #wrap(root: Root, name: string, secret: Uint8Array): Promise<string> {
    return this.#driverOf(root.kind).wrap(root.line, Buffer.concat([Buffer.from(`${name}\0`), secret]))
  }

  async #unwrapSlot(root: Root, name: string, slot: Slot): Promise<Uint8Array> {
    const plain = Buffer.from(await this.#driverOf(root.kind).unwrap(root.line, slot.wrapped))
    const prefix = Buffer.from(`${name}\0`)
    if (!plain.subarray(0, prefix.length).equals(prefix))
      throw new Error(`the file of ${name} is that of another secret`)
    return Uint8Array.from(plain.subarray(prefix.length))
  }

  /** By the newest root key that wrapped it. A rotation may end meanwhile: then once more, with the keys there are. */
  async #unwrap(name: string, file: SecretFile): Promise<Uint8Array> {
    const roots = await this.#readRoots()
    try {
      for (const root of roots) {
        const slot = file.slots.find((each) => each?.rootId === root.id)
        if (slot !== undefined) return await this.#unwrapSlot(root, name, slot)
      }
      throw new Error(`${name} is sealed under a root key that is not here`)
    } catch (error) {
      const now = await this.#readRoots()
      if (now.length === roots.length && now.every(({ id }, n) => id === roots[n]?.id)) throw error
      const again = await this.#readFile(this.#home, name)
      if (again === undefined) throw error
      return this.#unwrap(name, again)
    }
  }

  /** Undefined when there is none. One that is half destroyed is destroyed; one that is broken throws. */
  async #readFile(place: Place, name: string): Promise<SecretFile | undefined> {
    const bytes = await place.readSecret(name)
    if (bytes === undefined) return undefined
    const file = parseSecretFile(bytes)
    if (file !== undefined) return file
    if (bytes.every((byte) => byte === 0)) {
      // A crash between overwriting it and unlinking it.
      await this.destroy(name)
      return undefined
    }
    throw new Error(`the file of ${name} in ${place.folder} is broken`)
  }

  // Secrets

  async find(name: string): Promise<Uint8Array | undefined> {
    const cached = this.#cache.get(name)
    if (cached !== undefined) return cached
    const file = await this.#findFile(name)
    if (file === undefined) return undefined
    const secret = await this.#unwrap(name, file)
    this.#cache.set(name, secret)
    return secret
  }

  async instanceOf(name: string): Promise<string | undefined> {
    const file = await this.#findFile(name)
    return file === undefined ? undefined : instanceOf(file)
  }

  /** At home; or in the mirror, when home lost it: then it is at home again when this returns. */
  async #findFile(name: string): Promise<SecretFile | undefined> {
    const mirror = this.#mirror
    const file = await this.#readFile(this.#home, name).catch((error: unknown) => {
      if (mirror === undefined) throw error
      return undefined
    })
    if (file !== undefined || mirror === undefined) return file
    const copy = await this.#reach(mirror, () => this.#readFile(mirror, name))
    if (copy === undefined) return undefined
    if ((await this.#home.readTombstones()).has(instanceOf(copy))) {
      await this.destroy(name)
      return undefined
    }
    if (await this.#home.hasSecret(name)) await this.#home.replaceSecret(name, await this.#mirrored(name))
    else await this.#makeIn(this.#home, name, instanceOf(copy), await this.#unwrap(name, copy))
    return this.#readFile(this.#home, name)
  }

  async #mirrored(name: string): Promise<Uint8Array> {
    const bytes = await this.#mirror?.readSecret(name)
    if (bytes === undefined) throw new Error(`${name} is not in the mirror`)
    return bytes
  }

  async keep(name: string, secret: Uint8Array): Promise<void> {
    if ((await this.#make(name, secret)) === 'taken') throw new Error('a secret of that name exists')
    this.#cache.set(name, Uint8Array.from(secret))
  }

  async demand(name: string): Promise<Uint8Array> {
    // Asked of the disk, not of memory: another process may have destroyed it, and nothing may be wrapped under it.
    if (!(await this.#home.hasSecret(name))) this.#cache.delete(name)
    for (;;) {
      const existing = await this.find(name)
      if (existing !== undefined) return existing
      const secret = randomBytes(32)
      // Of several who make it at once, here or in another process, one wins and the others take what it made.
      if ((await this.#make(name, secret)) === 'taken') continue
      this.#cache.set(name, secret)
      return secret
    }
  }

  /** Everywhere or, when it throws, perhaps in one place: whoever asks for the name again finds or completes it. */
  async #make(name: string, secret: Uint8Array): Promise<'made' | 'taken'> {
    if (await this.#home.hasSecret(name)) return 'taken'
    const instance = randomBytes(16).toString('hex')
    // The first place decides between several who make it at once.
    for (const place of this.#places) {
      const made = await this.#reach(place, () => this.#makeIn(place, name, instance, secret))
      if (made === 'taken') return 'taken'
    }
    return 'made'
  }

  /** Under the root key that is current when it gets its name: a rotation that began earlier will not miss it. */
  async #makeIn(place: Place, name: string, instance: string, secret: Uint8Array): Promise<'made' | 'taken'> {
    for (;;) {
      const [root] = await this.#readRoots()
      const slot = { instance, rootId: root.id, wrapped: await this.#wrap(root, name, secret) }
      const isCurrent = async () => (await this.#readRoots())[0].id === root.id
      const made = await place.makeSecret(name, formatSecretFile(slot, secret.length), isCurrent)
      if (made !== 'overtaken') return made
    }
  }

  async destroy(name: string): Promise<void> {
    this.#cache.get(name)?.fill(0)
    this.#cache.delete(name)
    // Home first, so that a mirror that cannot be reached does not keep home from it; then this is to be run again.
    for (const place of this.#places.toReversed()) {
      await this.#reach(place, async () => {
        const bytes = await place.readSecret(name)
        if (bytes === undefined) return
        const file = parseSecretFile(bytes)
        // Before it goes: no copy of it can come back, wherever this is stopped.
        if (file !== undefined && leavesTombstone(name)) await place.addTombstones([instanceOf(file)])
        await place.destroySecret(name)
      })
    }
  }

  /** A mirror that is not there is a reason to try again later, and said so. */
  async #reach<T>(place: Place, work: () => Promise<T>): Promise<T> {
    if (place !== this.#mirror) return work()
    const gone = `The mirror of the keystore, ${place.folder}, cannot be used: mount it again.`
    if (!(await place.isThere().catch(() => false))) throw new RootUnavailable(gone)
    return work()
  }

  /** Before slots, a file was one box under the root key, with the name as context. */
  async #renewOldFile(name: string): Promise<void> {
    const bytes = await this.#home.readSecret(name)
    if (bytes === undefined || parseSecretFile(bytes) !== undefined) return
    if (bytes.every((byte) => byte === 0)) return this.destroy(name)
    const [root] = await this.#readRoots()
    if (root.kind !== 'file') throw new StartError(`The file of ${name} in ${this.#home.folder} is broken.`)
    let secret: Uint8Array
    try {
      secret = openBox(Buffer.from(root.line, 'hex'), bytes, name)
    } catch (cause) {
      throw new StartError(
        `The file of the secret ${name} in ${this.#home.folder} is broken, or of another root key: put both back from your backup.`,
        { cause },
      )
    }
    const instance = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
    const slot = { instance, rootId: root.id, wrapped: await this.#wrap(root, name, secret) }
    await this.#home.replaceSecret(name, formatSecretFile(slot, secret.length))
  }

  // Rotation

  /**
   * Order: the new root key is made; it is entered as the current one before the old, first in the mirror; every secret
   * is wrapped under it too, beside the old wrapping; when a whole round finds none that is not, the old root key is
   * destroyed, then its line. Stopped anywhere, every secret opens under a root key that is entered.
   */
  async rotateRoot(tell: (done: number) => void = () => undefined): Promise<RotatedRoot> {
    if ((await this.#readRoots()).length === 1) {
      const known = (await this.#readRoots()).map(({ line }) => line)
      const lines = [await this.#driverOf(this.#wanted).make(known), ...known]
      for (const place of this.#places) await this.#reach(place, () => place.replaceRoots(lines))
    }
    const [current, ...former] = await this.#readRoots()
    if (this.#mirror !== undefined) await this.#mirror.replaceRoots([current, ...former].map(({ line }) => line))
    let rewrapped = 0
    for (let inRound = -1; inRound !== 0;) {
      inRound = 0
      // Who wraps under an old root key right now has its bytes swept from under it, or is listed below.
      for (const place of this.#places) {
        await this.#reach(place, () => place.removeTemporaries())
        for (const name of await place.list()) {
          if (!(await this.#rewrap(place, name, current))) continue
          inRound += 1
          if (place === this.#home) tell((rewrapped += 1))
        }
      }
    }
    for (const { kind, line } of former) await this.#driverOf(kind).destroy(line, current.line)
    for (const place of this.#places) await this.#reach(place, () => place.replaceRoots([current.line]))
    return { rootId: current.id, formerIds: former.map(({ id }) => id), rewrapped }
  }

  /** False when it is wrapped under `current` already, or gone. Reads back what it wrote, and opens it. */
  async #rewrap(place: Place, name: string, current: Root): Promise<boolean> {
    const file = await this.#readFile(place, name)
    if (file === undefined || file.slots.some((slot) => slot?.rootId === current.id)) return false
    const roots = await this.#readRoots()
    const old = roots.find(({ id }) => file.slots.some((slot) => slot?.rootId === id))
    const inUse = file.slots.findIndex((slot) => slot !== undefined && slot.rootId === old?.id)
    const slot = file.slots[inUse]
    if (old === undefined || slot === undefined) throw new Error(`${name} is sealed under a root key that is not here`)
    const driver = this.#driverOf(current.kind)
    const wrapped =
      old.kind === current.kind && driver.rewrap !== undefined
        ? await driver.rewrap(current.line, slot.wrapped)
        : await this.#wrap(current, name, await this.#unwrapSlot(old, name, slot))
    const bytes = formatSlot({ instance: slot.instance, rootId: current.id, wrapped }, file.slotBytes)
    await place.overwrite(name, bytes, (1 - inUse) * file.slotBytes)

    const written = await this.#readFile(place, name)
    const renewed = written?.slots.find((each) => each?.rootId === current.id)
    if (written === undefined) return false
    if (renewed === undefined) throw new Error(`${name} was not written as it should be`)
    await this.#unwrapSlot(current, name, renewed)
    return true
  }

  // Mirror

  async compareMirror(): Promise<Compared> {
    const compared = { copied: 0, restored: 0, destroyed: 0, repaired: 0 }
    const [home, mirror] = [this.#home, this.#mirror]
    if (mirror === undefined) return compared
    await this.#beginMirror(home, mirror)
    await mirror.replaceRoots((await this.#readRoots()).map(({ line }) => line))

    const [here, there] = [await home.readTombstones(), await mirror.readTombstones()]
    await home.addTombstones(there.difference(here))
    await mirror.addTombstones(here.difference(there))
    const destroyed = here.union(there)
    for (const place of this.#places) await place.removeTemporaries()
    for (const name of new Set([...(await home.list()), ...(await mirror.list())])) {
      for (const place of this.#places) {
        const bytes = await place.readSecret(name)
        if (bytes === undefined) continue
        const file = parseSecretFile(bytes)
        const isDead = file === undefined ? bytes.every((byte) => byte === 0) : destroyed.has(instanceOf(file))
        if (!isDead) continue
        await place.destroySecret(name)
        this.#cache.delete(name)
        compared.destroyed += 1
      }
      const [own, copy] = [await home.readSecret(name), await mirror.readSecret(name)]
      const [ownFile, copyFile] = [own && parseSecretFile(own), copy && parseSecretFile(copy)]
      if (ownFile === undefined && copyFile === undefined) {
        if (own !== undefined || copy !== undefined)
          throw new StartError(`The file of the secret ${name} is broken in ${home.folder} and in ${mirror.folder}.`)
      } else if (ownFile === undefined && copy !== undefined) {
        await home.replaceSecret(name, copy)
        compared[own === undefined ? 'restored' : 'repaired'] += 1
      } else if (copyFile === undefined && own !== undefined) {
        await mirror.replaceSecret(name, own)
        compared[copy === undefined ? 'copied' : 'repaired'] += 1
      } else if (ownFile !== undefined && copyFile !== undefined && instanceOf(ownFile) !== instanceOf(copyFile)) {
        throw new StartError(
          `${home.folder} and ${mirror.folder} have different secrets named ${name}: one of them is not of this installation.`,
        )
      }
    }
    return compared
  }

  /** An empty folder is a mirror to be only when none was made before: else it is one that is not mounted. */
  async #beginMirror(home: Place, mirror: Place): Promise<void> {
    const [known, found] = [await home.readMark('mirror'), await mirror.readMark('mirror').catch(() => undefined)]
    if (known === undefined) {
      await mirror.make()
      const id = found ?? randomBytes(16).toString('hex')
      const roots = (await mirror.readRoots()) ?? []
      const own = (await this.#readRoots()).map(({ line }) => line)
      if (roots.length > 0 && !roots.some((line) => own.includes(line)))
        throw new StartError(`${mirror.folder} is the mirror of another installation.`)
      await mirror.writeMark('mirror', id)
      return home.writeMark('mirror', id)
    }
    if (known === found) return
    throw new StartError(
      `${mirror.folder} is not the mirror of this keystore: mount it. To begin a new one there, remove the file ${home.folder}/mirror first.`,
    )
  }
}
