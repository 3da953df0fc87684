import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'
import { checkPackage } from '../check-package.ts'
import { readTrust } from '../given-trust.ts'
import type { Given } from '../given-trust.ts'
import { portableHashing } from '../portable-hashing.ts'
import { readPackage } from '../read-package.ts'
import type { Contents } from '../read-package.ts'
import { safe } from '../tell.ts'
import { otherWords } from '../words.ts'
import { browserSource } from './browser-source.ts'
import { pageWords } from './page-words.ts'
import type { PageWord } from './page-words.ts'
import { element, renderReport } from './render.ts'

type Checkable = Extract<Contents, { kind: 'read' | 'unreadable' }>
type Failure = (language: Language) => string

/** What is shown. A package is read once; giving a key or certificate afterwards only checks again what was read. */
const shown: {
  language: Language
  read: { name: string; contents: Checkable } | undefined
  report: Awaited<ReturnType<typeof checkPackage>> | undefined
  failure: Failure | undefined
} = { language: preferredLanguage(), read: undefined, report: undefined, failure: undefined }
let reading = new AbortController()

function preferredLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2))
  return (
    languages.find((language) => language === wanted.find((tag) => languages.some((known) => known === tag))) ?? 'en'
  )
}

/** The element of that id, which the page has. */
function at<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page lacks ${id}`)
  return found
}
const packageInput = at('package', HTMLInputElement)
const caInput = at('ca', HTMLInputElement)
const tsaInput = at('tsa', HTMLInputElement)
const keyInput = at('key', HTMLInputElement)
const witnessInput = at('witnesses', HTMLTextAreaElement)
const inputs = { key: keyInput, witnesses: witnessInput, authorities: caInput, stampAuthorities: tsaInput } as const
const progress = at('progress', HTMLElement)
const result = at('result', HTMLElement)

function say(word: PageWord): string {
  return pageWords[word][shown.language]
}

function render(): void {
  const { failure, language, read, report } = shown
  document.documentElement.lang = language
  document.title = `${say('title')} · Getuige`
  for (const spoken of document.querySelectorAll<HTMLElement>('[data-say]')) {
    spoken.textContent = say(spoken.dataset['say'] as PageWord)
  }
  const choices = at('languages', HTMLElement)
  choices.setAttribute('aria-label', say('languages'))
  for (const button of choices.children)
    button.setAttribute('aria-pressed', String(button.getAttribute('lang') === language))
  at('failure', HTMLElement).textContent = failure?.(language) ?? ''
  result.replaceChildren(
    ...(report === undefined || read === undefined ? [] : renderReport(report, read.name, language)),
  )
}

function fail(failure: Failure): void {
  shown.failure = failure
  shown.report = undefined
  render()
}

/** Read a package from its first byte to its last, then check it. Another one given meanwhile ends this. */
async function open(files: FileList | null | undefined): Promise<void> {
  const file = files?.[0]
  if (file === undefined) return
  reading.abort()
  reading = new AbortController()
  const { signal } = reading
  shown.read = undefined
  if (files?.length !== 1) return fail(() => say('oneFile'))
  // Outside a secure context a browser has no signatures to check with.
  if (!('subtle' in crypto)) return fail(() => say('insecure'))
  shown.failure = undefined
  shown.report = undefined
  render()
  progress.hidden = false
  try {
    showProgress(file, 0)
    let shownAt = 0
    const onRead = (bytes: number) => {
      if (bytes - shownAt < file.size / 200) return
      shownAt = bytes
      showProgress(file, bytes)
    }
    const contents = await readPackage(browserSource(file), portableHashing, { onRead, signal })
    if (contents.kind === 'not-a-zip') return fail(about(file.name, 'notAZip'))
    if (contents.kind === 'sealed') return fail(about(file.name, contents.how === 'age' ? 'sealedAge' : 'sealedCms'))
    shown.read = { name: file.name, contents }
    await check(true)
  } catch (error) {
    if (signal.aborted) return
    // The file may have gone, or not be ours to read.
    fail((language) => `${about(file.name, 'cannotRead')(language)}: ${error instanceof Error ? error.message : ''}`)
  } finally {
    if (reading.signal === signal) progress.hidden = true
    packageInput.value = '' // so that the same file can be given again
  }
}

async function check(isNew: boolean): Promise<void> {
  const { read } = shown
  for (const input of Object.values(inputs)) input.removeAttribute('aria-invalid')
  const trust = await readTrust(await readGiven())
  if ('why' in trust) {
    inputs[trust.given].setAttribute('aria-invalid', 'true')
    const named = trust.text === '' ? (inputs[trust.given].value.split(/[/\\]/).at(-1) ?? '') : trust.text
    return fail(about(named, trust.why))
  }
  shown.failure = undefined
  if (read !== undefined) {
    const report = await checkPackage(read.contents, trust, new Date())
    if (shown.read !== read) return
    shown.report = report
  }
  render()
  if (isNew) document.getElementById('verdict')?.focus()
}

async function readGiven(): Promise<Given> {
  const bytesOf = async ({ files }: HTMLInputElement) =>
    files?.[0] === undefined ? undefined : new Uint8Array(await files[0].arrayBuffer())
  return {
    key: keyInput.value,
    witnesses: witnessInput.value.split('\n'),
    authorities: await bytesOf(caInput),
    stampAuthorities: await bytesOf(tsaInput),
  }
}

function about(name: string, word: keyof typeof otherWords): Failure {
  return (language) => `${safe(name)} ${otherWords[word][language]}`
}

function showProgress(file: File, bytes: number): void {
  const format = new Intl.NumberFormat(shown.language, { maximumFractionDigits: 1 })
  const megabytes = (count: number) => `${format.format(count / 1e6)} MB`
  at('progress-text', HTMLElement).textContent = say('reading')
    .replace('{name}', () => safe(file.name))
    .replace('{read}', megabytes(bytes))
    .replace('{whole}', megabytes(file.size))
  at('progress-bar', HTMLProgressElement).value = file.size === 0 ? 1 : bytes / file.size
}

function start(): void {
  at('languages', HTMLElement).append(
    ...languages.map((language) => {
      const button = element('button', { type: 'button', lang: language }, language)
      button.addEventListener('click', () => {
        shown.language = language
        render()
      })
      return button
    }),
  )
  packageInput.addEventListener('change', () => void open(packageInput.files))
  for (const input of Object.values(inputs)) input.addEventListener('change', () => void check(false))
  at('stop', HTMLButtonElement).addEventListener('click', () => {
    reading.abort()
    progress.hidden = true
  })
  const drop = at('drop', HTMLElement)
  addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.classList.add('is-over')
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('is-over')
  })
  addEventListener('drop', (event) => {
    // A file let go on one of the fields is for that field.
    if (event.target instanceof HTMLInputElement && event.target !== packageInput) return
    event.preventDefault()
    drop.classList.remove('is-over')
    void open(event.dataTransfer?.files)
  })
  render()
}

start()
