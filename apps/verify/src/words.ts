import type { Words } from '@getuige/base'
import type { CheckName } from './check-names.ts'

const say = (nl: string, fr: string, de: string, en: string): Words => ({ nl, fr, de, en })

/** What holds when a check is passed. */
export const checkWords: Readonly<Record<CheckName, Words>> = {
  container: say(
    'het bestand is een heel ZIP-bestand waarin niets verborgen is',
    'le fichier est un ZIP complet où rien n’est caché',
    'die Datei ist ein vollständiges ZIP, in dem nichts verborgen ist',
    'the file is a whole ZIP in which nothing is hidden',
  ),
  layout: say(
    'het heeft de onderdelen van een pakket, elk één keer',
    'il contient les éléments d’un paquet, chacun une fois',
    'es hat die Bestandteile eines Pakets, jeden einmal',
    'it has the members of a package, each once',
  ),
  listed: say(
    'elk onderdeel staat in de lijst en elk vermeld onderdeel is er',
    'chaque élément est dans la liste et chaque élément listé est présent',
    'jeder Bestandteil ist aufgelistet und jeder aufgelistete ist da',
    'every member is listed, and every listed member is there',
  ),
  digests: say(
    'elk onderdeel heeft de vingerafdruk uit de lijst',
    'chaque élément a l’empreinte donnée par la liste',
    'jeder Bestandteil hat die Prüfsumme aus der Liste',
    'every member has the digest that the list gives',
  ),
  signature: say(
    'de lijst is ondertekend met de sleutel in het pakket',
    'la liste est signée avec la clé du paquet',
    'die Liste ist mit dem Schlüssel im Paket signiert',
    'the list is signed with the key in the package',
  ),
  signer: say(
    'die sleutel is de opgegeven sleutel',
    'cette clé est celle qui a été donnée',
    'dieser Schlüssel ist der angegebene',
    'that key is the one that was given',
  ),
  checkpoints: say(
    'de stand van elk logboek is met dezelfde sleutel ondertekend',
    'l’état de chaque journal est signé avec la même clé',
    'der Stand jedes Protokolls ist mit demselben Schlüssel signiert',
    'the checkpoint of every log is signed with the same key',
  ),
  trail: say(
    'het verslag heeft vermeldingen, op volgorde, over de opnamen in het pakket',
    'le relevé a des mentions, dans l’ordre, sur les enregistrements du paquet',
    'der Nachweis hat Einträge, der Reihe nach, zu den Aufnahmen im Paket',
    'the custody trail has entries, in order, about the recordings in the package',
  ),
  fields: say(
    'elke vermelding zegt wat in het logboek is vastgelegd',
    'chaque mention dit ce qui est fixé dans le journal',
    'jeder Eintrag sagt, was im Protokoll festgelegt ist',
    'every entry says what the log commits to',
  ),
  proofs: say(
    'elke vermelding staat in haar logboek',
    'chaque mention figure dans son journal',
    'jeder Eintrag steht in seinem Protokoll',
    'every entry is in its log',
  ),
  recordings: say(
    'elke opname is zoals zij volgens het verslag is ontvangen',
    'chaque enregistrement est tel que reçu selon le relevé',
    'jede Aufnahme ist so, wie sie laut Nachweis eingegangen ist',
    'every recording is as the trail says it was received',
  ),
  completeness: say(
    'alle vermeldingen over de opnamen zijn meegegeven',
    'toutes les mentions sur les enregistrements sont jointes',
    'alle Einträge zu den Aufnahmen liegen bei',
    'every entry about the recordings was handed over',
  ),
}

export const problemWords = {
  empty: say('er zit niets in', 'il est vide', 'es ist leer', 'there is nothing in it'),
  'cut-short': say('het einde ontbreekt', 'la fin manque', 'das Ende fehlt', 'its end is missing'),
  'directory-unreadable': say(
    'inhoudsopgave onleesbaar',
    'répertoire illisible',
    'Verzeichnis unlesbar',
    'its directory cannot be read',
  ),
  'bytes-after': say(
    'er staat iets achter, vanaf byte',
    'des octets suivent, à partir de',
    'danach folgt noch etwas, ab Byte',
    'something follows it, from byte',
  ),
  'bytes-of-nothing': say(
    'bytes die bij niets horen, vanaf',
    'octets n’appartenant à rien, à partir de',
    'Bytes, die zu nichts gehören, ab',
    'bytes that belong to nothing, from',
  ),
  'members-overlap': say(
    'onderdelen overlappen',
    'éléments qui se chevauchent',
    'Bestandteile überlappen sich',
    'members overlap',
  ),
  'headers-disagree': say(
    'twee beschrijvingen verschillen',
    'deux descriptions diffèrent',
    'zwei Beschreibungen weichen ab',
    'its two headers disagree',
  ),
  'not-a-plain-member': say(
    'geen gewoon bestand',
    'pas un fichier ordinaire',
    'keine gewöhnliche Datei',
    'not a plain file',
  ),
  'not-stored': say(
    'samengeperst of versleuteld',
    'compressé ou chiffré',
    'komprimiert oder verschlüsselt',
    'compressed or encrypted',
  ),
  'crc-differs': say(
    'controlegetal klopt niet',
    'somme de contrôle fausse',
    'Kontrollzahl stimmt nicht',
    'its CRC is wrong',
  ),
  'member-twice': say('komt twee keer voor', 'présent deux fois', 'kommt zweimal vor', 'occurs twice'),
  'member-unknown': say(
    'hoort niet in een pakket',
    'n’a pas sa place dans un paquet',
    'gehört nicht in ein Paket',
    'does not belong in a package',
  ),
  'member-missing': say('ontbreekt', 'manque', 'fehlt', 'is missing'),
  'member-unlisted': say(
    'staat niet in de lijst',
    'n’est pas dans la liste',
    'steht nicht in der Liste',
    'is not listed',
  ),
  'mimetype-not-first': say(
    'mimetype staat niet vooraan',
    'mimetype n’est pas en tête',
    'mimetype steht nicht am Anfang',
    'mimetype is not the first member',
  ),
  'text-differs': say(
    'heeft een andere inhoud dan voorgeschreven',
    'contenu autre que prescrit',
    'hat einen anderen Inhalt als vorgeschrieben',
    'has another text than prescribed',
  ),
  'format-unknown': say('geen bekende versie', 'version inconnue', 'keine bekannte Version', 'names no known version'),
  'oxum-differs': say(
    'aantal of omvang klopt niet',
    'nombre ou taille inexacts',
    'Anzahl oder Größe stimmt nicht',
    'number or size of the members is wrong',
  ),
  unreadable: say(
    'is er niet of is onleesbaar',
    'absent ou illisible',
    'fehlt oder ist unlesbar',
    'is missing or cannot be read',
  ),
  'digest-differs': say('is veranderd', 'a été modifié', 'wurde verändert', 'was changed'),
  'keys-differ': say(
    'het pakket noemt twee sleutels',
    'le paquet nomme deux clés',
    'das Paket nennt zwei Schlüssel',
    'the package names two keys',
  ),
  'signature-wrong': say(
    'past niet bij de lijst',
    'ne correspond pas à la liste',
    'passt nicht zur Liste',
    'does not fit the list',
  ),
  'no-key-given': say(
    'wie ondertekende staat niet vast: geef --key',
    'le signataire n’est pas établi : donnez --key',
    'wer signiert hat, steht nicht fest: --key angeben',
    'who signed is not established: give --key',
  ),
  'another-key': say(
    'ondertekend met een andere sleutel',
    'signé avec une autre clé',
    'mit einem anderen Schlüssel signiert',
    'signed with another key',
  ),
  'no-log': say(
    'het verslag noemt geen logboek',
    'le relevé ne nomme aucun journal',
    'der Nachweis nennt kein Protokoll',
    'the trail names no log',
  ),
  'checkpoint-wrong': say(
    'niet met deze sleutel ondertekend',
    'non signé avec cette clé',
    'nicht mit diesem Schlüssel signiert',
    'not signed with this key',
  ),
  'checkpoint-of-no-log': say(
    'hoort bij geen genoemd logboek',
    'n’est d’aucun journal nommé',
    'gehört zu keinem genannten Protokoll',
    'is of no log that the trail names',
  ),
  'trail-empty': say('het verslag is leeg', 'le relevé est vide', 'der Nachweis ist leer', 'the trail is empty'),
  'log-twice': say(
    'een logboek wordt twee keer genoemd',
    'un journal est nommé deux fois',
    'ein Protokoll wird zweimal genannt',
    'a log is named twice',
  ),
  'log-without-entry': say(
    'logboek zonder vermelding',
    'journal sans mention',
    'Protokoll ohne Eintrag',
    'a log without an entry',
  ),
  'entry-out-of-order': say(
    'vermelding op de verkeerde plaats',
    'mention mal placée',
    'Eintrag am falschen Platz',
    'entry out of order',
  ),
  'entry-foreign': say(
    'vermelding over een opname buiten het pakket',
    'mention sur un enregistrement hors du paquet',
    'Eintrag zu einer Aufnahme außerhalb des Pakets',
    'entry about a recording that is not in the package',
  ),
  'leaf-unreadable': say(
    'vastlegging onleesbaar',
    'engagement illisible',
    'Festlegung unlesbar',
    'its leaf cannot be read',
  ),
  'field-not-opened': say('veld niet meegegeven', 'champ non joint', 'Feld nicht beigelegt', 'field not handed over'),
  'field-differs': say(
    'veld zegt iets anders dan het logboek',
    'champ différent du journal',
    'Feld weicht vom Protokoll ab',
    'field differs from the log',
  ),
  'proof-of-no-entry': say(
    'bewijs van geen enkele vermelding',
    'preuve d’aucune mention',
    'Beleg zu keinem Eintrag',
    'proof of no entry',
  ),
  'proof-wrong': say(
    'leidt niet van de vermelding naar het logboek',
    'ne mène pas de la mention au journal',
    'führt nicht vom Eintrag zum Protokoll',
    'does not lead from the entry to the log',
  ),
  'proof-of-another-checkpoint': say(
    'van een andere stand van het logboek',
    'd’un autre état du journal',
    'von einem anderen Stand des Protokolls',
    'is under another checkpoint',
  ),
  'no-recording': say('er is geen opname', 'aucun enregistrement', 'keine Aufnahme', 'there is no recording'),
  'recording-twice': say(
    'dezelfde opname twee keer',
    'le même enregistrement deux fois',
    'dieselbe Aufnahme zweimal',
    'the same recording twice',
  ),
  'not-received': say(
    'geen ontvangst in het verslag',
    'aucune réception dans le relevé',
    'kein Eingang im Nachweis',
    'the trail does not say that it was received',
  ),
  'not-as-received': say(
    'anders dan ontvangen',
    'autre que reçu',
    'anders als eingegangen',
    'is not as it was received',
  ),
  'container-unreadable': say(
    'het bestand is niet te lezen',
    'le fichier est illisible',
    'die Datei ist unlesbar',
    'the file cannot be read',
  ),
  'only-the-log-tells': say(
    'dat kan alleen wie het logboek volgt',
    'seul qui suit le journal peut le dire',
    'das kann nur, wer das Protokoll verfolgt',
    'only someone who follows the log can tell',
  ),
} as const satisfies Readonly<Record<string, Words>>

export const statusWords = {
  ok: say('ok', 'ok', 'ok', 'ok'),
  broken: say('FOUT', 'FAUX', 'FALSCH', 'BROKEN'),
  'not-checked': say('niet gecontroleerd', 'non vérifié', 'nicht geprüft', 'not checked'),
} as const

export const verdictWords = {
  intact: say('Ongeschonden.', 'Intact.', 'Unversehrt.', 'Intact.'),
  altered: say(
    'Gewijzigd of onvolledig.',
    'Modifié ou incomplet.',
    'Verändert oder unvollständig.',
    'Altered or incomplete.',
  ),
  'not-checked': say('Niet te controleren.', 'Vérification impossible.', 'Nicht prüfbar.', 'Could not check.'),
} as const

export const otherWords = {
  signer: say('sleutel van de ondertekenaar', 'clé du signataire', 'Schlüssel des Unterzeichners', 'key of the signer'),
  fingerprint: say(
    'vingerafdruk van die sleutel (SHA-256)',
    'empreinte de cette clé (SHA-256)',
    'Fingerabdruck dieses Schlüssels (SHA-256)',
    'fingerprint of that key (SHA-256)',
  ),
  notAZip: say('is geen ZIP-bestand', 'n’est pas un fichier ZIP', 'ist keine ZIP-Datei', 'is not a ZIP file'),
  cannotRead: say('is niet te lezen', 'ne peut être lu', 'ist nicht lesbar', 'cannot be read'),
  badKey: say(
    'de sleutel achter --key is geen sleutel',
    'ce qui suit --key n’est pas une clé',
    'was hinter --key steht, ist kein Schlüssel',
    'what follows --key is not a key',
  ),
  usage: say(
    'gebruik: getuige verify PAKKET [--key SLEUTEL] [--lang nl|fr|de|en] [--json]',
    'usage : getuige verify PAQUET [--key CLÉ] [--lang nl|fr|de|en] [--json]',
    'Aufruf: getuige verify PAKET [--key SCHLÜSSEL] [--lang nl|fr|de|en] [--json]',
    'usage: getuige verify PACKAGE [--key KEY] [--lang nl|fr|de|en] [--json]',
  ),
} as const
