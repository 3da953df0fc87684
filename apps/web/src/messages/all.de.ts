/** Every area in this language, as one chunk. */
export const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = import.meta.glob('./*.de.json', {
  eager: true,
  import: 'default',
})
