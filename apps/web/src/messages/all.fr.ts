/** Every area in this language, as one chunk. */
export const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = import.meta.glob('./*.fr.json', {
  eager: true,
  import: 'default',
})
