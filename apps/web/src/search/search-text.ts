/** The word that is being typed, which a suggestion would complete; empty between two words. */
export function lastWord(text: string): string {
  return /\S*$/.exec(text)?.[0] ?? ''
}

/** The text with the word being typed taken away, or another in its place and room for the next. */
export function replaceLastWord(text: string, word = ''): string {
  const before = text.slice(0, text.length - lastWord(text).length)
  return word === '' ? before : `${before}${word} `
}
