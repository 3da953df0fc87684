/** Drawn as nothing, wherever it stands (Unicode, Default_Ignorable_Code_Point). */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu
/** The blank of Braille is a sign like others to Unicode, and to a reader none. */
const blanks = /[\p{White_Space}\u2800]+/gu

/**
 * Joiners inside a word of a script that is written with them, and selectors of how the sign before them is drawn. Between
 * letters of scripts that know no joiners they would make two words of what looks like one.
 */
const inPlace =
  /(?<=[\p{L}\p{M}])(?<!(?:\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic})\p{M}*)[\u200c\u200d](?=\p{L})|(?<=[^\p{Default_Ignorable_Code_Point}\p{White_Space}])\p{Variation_Selector}/gu

/** Whether a reader sees at least so many signs, blanks between them counted; of a text that is not empty always one. */
export function isSeen(text: string, least = 1): boolean {
  const seen = text.replaceAll(ignorable, '').replaceAll(blanks, ' ').trim()
  return text === '' ? least <= 0 : seen.length >= Math.max(1, least)
}

/** Whether everything in a name is seen, but for what its script needs: two names that look the same are the same. */
export function isSeenWhole(text: string): boolean {
  const rest = text.replaceAll(inPlace, '')
  return rest === '' || (isSeen(rest) && !/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\u2800]/u.test(rest))
}
