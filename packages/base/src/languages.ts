/** The languages of the product, in the order in which a menu shows them. */
export const languages = ['nl', 'fr', 'de', 'en'] as const
export type Language = (typeof languages)[number]

/** The same words in every language of the product. */
export type Words = Readonly<Record<Language, string>>
