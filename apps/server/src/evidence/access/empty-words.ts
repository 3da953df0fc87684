/** Words that say nothing of why, in the languages of the screens, without accents. */
const sayingNothing = new Set(
  [
    // Trying out, and keys struck at random.
    'test testing tests tester testen getest teste essai essayer probe proef probieren try trying demo',
    'asdf asdfg qwerty azerty qwertz xxx xyz abc abcd foo bar bla blabla lorem ipsum',
    // Looking, which is what was asked anyway.
    'controle controleren controlling control controles controler verifier verification kontrolle kontrollieren prufen uberprufen',
    'check checken checking checks nakijken kijken bekijken inkijken inzien inzage terugkijken bezichtigen look looking',
    'see seeing view viewing views watch watching visionner visionnage voir regarder consulter consultation ansehen',
    'anschauen sehen schauen einsicht einsehen sichten sichtung raadplegen raadpleging review overview',
    // What is looked at, which is known.
    'opname opnamen opnames beeld beelden video videos filmpje film recording recordings footage images image',
    'enregistrement enregistrements aufzeichnung aufzeichnungen aufnahme aufnahmen bild bilder bodycam camera',
    // No reason.
    'geen niets zomaar gewoon nvt nodig reden redenen none nothing na reason reasons because needed necessary just',
    'sans aucun aucune rien raison raisons necessaire comme ca parce kein keine keiner nichts grund grunde einfach so notig weil',
    // As before, and so on.
    'idem dito ditto zelfde hetzelfde boven bovenstaand above same as again meme pareil dessus gleich gleiche oben siehe zie',
    'enz etc usw divers diverse diversen overig other others autre autres sonstiges anders andere algemeen general',
    // That it is for work is no reason.
    'werk werken dienst dienstlijk dienstelijk work working job duty task travail service taak opdracht arbeit dienstlich',
    'aufgabe ok oke okay okee ja nee yes no oui non nein',
  ].flatMap((line) => line.split(' ')),
)

const binding = new Set(
  [
    'de het een van voor op in te om naar aan bij met en of is dit dat deze die wil wilde moet even ik wij we er mijn ons',
    'the a an of for on to in at by with and or is it this that these i we my our want wanted must need have some',
    'le la les l un une des du d pour sur a au aux en dans avec et ou est ce cet cette ces je nous mon notre veux dois faut',
    'der die das ein eine einen einer dem den des fur auf zu zum zur im am an bei mit und oder ist dies diese ich wir muss',
  ].flatMap((line) => line.split(' ')),
)

const keyboardRows = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'qwertzuiop',
  'yxcvbnm',
  '1234567890',
]

/**
 * Whether a reason says anything: `empty` for trials, keys struck at random, one word said again and again, and words
 * that say only that somebody looked. Nobody is refused by it; a reader is shown where to look first.
 */
export function judgeReason(reason: string): 'words' | 'empty' {
  const words = toWords(reason)
  if (words.length > 1 && new Set(words).size === 1) return 'empty'
  return words.some((word) => !binding.has(word) && !sayingNothing.has(word) && !isStruckAtRandom(word))
    ? 'words'
    : 'empty'
}

/** The same for reasons that say the same: case, accents, signs and spaces do not matter. */
export function likenessOf(reason: string): string {
  return toWords(reason).join(' ')
}

function toWords(reason: string): string[] {
  const plain = reason.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Or too short to say anything by itself. */
function isStruckAtRandom(word: string): boolean {
  if (word.length < 3 || new Set(word).size <= 2) return true
  if (/^(\p{L}{2,4})\1+$/u.test(word)) return true
  return keyboardRows.some((row) => row.includes(word) || [...row].toReversed().join('').includes(word))
}
