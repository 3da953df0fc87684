import type { Words } from '@getuige/base'

const say = (nl: string, fr: string, de: string, en: string): Words => ({ nl, fr, de, en })

/** What holds when a check is passed. */
export const logCheckWords = {
  checkpoint: say(
    'er is een controlepunt te lezen',
    'un point de contrôle est lisible',
    'ein Prüfpunkt ist lesbar',
    'there is a checkpoint to read',
  ),
  signature: say(
    'het controlepunt is met de opgegeven sleutel ondertekend',
    'le point de contrôle est signé avec la clé donnée',
    'der Prüfpunkt ist mit dem angegebenen Schlüssel signiert',
    'the checkpoint is signed with the key that was given',
  ),
  cosignatures: say(
    'elke opgegeven getuige heeft het logboek medeondertekend',
    'chaque témoin donné a cosigné le journal',
    'jeder angegebene Zeuge hat das Protokoll mitsigniert',
    'every witness that was given has cosigned the log',
  ),
  consistency: say(
    'elk bewaard controlepunt is het begin van het logboek van nu',
    'chaque point de contrôle conservé est le début du journal actuel',
    'jeder aufbewahrte Prüfpunkt ist der Anfang des heutigen Protokolls',
    'every kept checkpoint is the beginning of the log as it is now',
  ),
  tiles: say(
    'alle tegels zijn er en elk niveau volgt uit het niveau eronder',
    'toutes les tuiles sont là et chaque niveau découle du niveau inférieur',
    'alle Kacheln sind da und jede Ebene folgt aus der darunter',
    'all tiles are there, and each level follows from the one below',
  ),
  root: say(
    'het ondertekende controlepunt is dat van deze tegels',
    'le point de contrôle signé est celui de ces tuiles',
    'der signierte Prüfpunkt ist der dieser Kacheln',
    'the signed checkpoint is the one of these tiles',
  ),
  entries: say(
    'elke vermelding is die waarover het controlepunt gaat',
    'chaque mention est celle que couvre le point de contrôle',
    'jeder Eintrag ist der, den der Prüfpunkt abdeckt',
    'every entry is the one that the checkpoint covers',
  ),
} as const satisfies Readonly<Record<string, Words>>

export const logProblemWords = {
  unreachable: say('niet te lezen', 'illisible', 'nicht lesbar', 'cannot be read'),
  'no-checkpoint': say(
    'er is geen leesbaar controlepunt',
    'aucun point de contrôle lisible',
    'es gibt keinen lesbaren Prüfpunkt',
    'there is no checkpoint that can be read',
  ),
  'checkpoint-first': say(
    'zonder controlepunt niet te zeggen',
    'impossible sans point de contrôle',
    'ohne Prüfpunkt nicht zu sagen',
    'cannot be told without a checkpoint',
  ),
  'tiles-first': say(
    'zonder alle tegels niet te zeggen',
    'impossible sans toutes les tuiles',
    'ohne alle Kacheln nicht zu sagen',
    'cannot be told without all tiles',
  ),
  'no-key-given': say(
    'wie ondertekende staat niet vast: geef --key',
    'le signataire n’est pas établi : donnez --key',
    'wer signiert hat, steht nicht fest: --key angeben',
    'who signed is not established: give --key',
  ),
  'signature-wrong': say(
    'niet ondertekend met die sleutel',
    'non signé avec cette clé',
    'nicht mit diesem Schlüssel signiert',
    'is not signed with that key',
  ),
  'no-witness-given': say(
    'geef --witness, anders kan de sleutelhouder het logboek herschreven hebben',
    'donnez --witness, sans quoi le détenteur de la clé peut avoir réécrit le journal',
    '--witness angeben, sonst kann der Inhaber des Schlüssels das Protokoll neu geschrieben haben',
    'give --witness, or whoever holds the key may have rewritten the log',
  ),
  'not-cosigned': say('heeft niet medeondertekend', 'n’a pas cosigné', 'hat nicht mitsigniert', 'has not cosigned'),
  'cosignature-wrong': say(
    'de medeondertekening klopt niet',
    'la cosignature est fausse',
    'die Mitsignatur stimmt nicht',
    'its cosignature is wrong',
  ),
  'no-old-checkpoint': say(
    'geef --since met een eerder bewaard controlepunt',
    'donnez --since avec un point de contrôle conservé',
    '--since mit einem früher aufbewahrten Prüfpunkt angeben',
    'give --since with a checkpoint that was kept before',
  ),
  'old-unsigned': say(
    'is geen controlepunt dat met deze sleutel is ondertekend',
    'n’est pas un point de contrôle signé avec cette clé',
    'ist kein mit diesem Schlüssel signierter Prüfpunkt',
    'is no checkpoint signed with this key',
  ),
  'of-another-log': say(
    'is van een ander logboek',
    'est d’un autre journal',
    'ist aus einem anderen Protokoll',
    'is of another log',
  ),
  'log-shorter': say(
    'had meer vermeldingen dan het logboek nu',
    'avait plus de mentions que le journal actuel',
    'hatte mehr Einträge als das Protokoll jetzt',
    'had more entries than the log has now',
  ),
  inconsistent: say(
    'is niet het begin van het logboek van nu: het is herschreven',
    'n’est pas le début du journal actuel : il a été réécrit',
    'ist nicht der Anfang des heutigen Protokolls: es wurde neu geschrieben',
    'is not the beginning of the log as it is now: it was rewritten',
  ),
  missing: say('ontbreekt', 'manque', 'fehlt', 'is missing'),
  'tile-differs': say(
    'volgt niet uit het niveau eronder',
    'ne découle pas du niveau inférieur',
    'folgt nicht aus der Ebene darunter',
    'does not follow from the level below',
  ),
  'root-differs': say(
    'de tegels geven een andere wortel dan is ondertekend',
    'les tuiles donnent une autre racine que celle signée',
    'die Kacheln ergeben eine andere Wurzel als die signierte',
    'the tiles give another root than was signed',
  ),
  'entries-differ': say(
    'vermeldingen wijken af van de tegel',
    'des mentions diffèrent de la tuile',
    'Einträge weichen von der Kachel ab',
    'entries differ from the tile',
  ),
  'entries-unreadable': say(
    'is geen bundel vermeldingen',
    'n’est pas un lot de mentions',
    'ist kein Bündel von Einträgen',
    'is no bundle of entries',
  ),
  'left-out': say('weggelaten op verzoek', 'omis à la demande', 'auf Wunsch ausgelassen', 'left out as asked'),
  'and-more': say('andere gebreken', 'autres défauts', 'weitere Mängel', 'more flaws'),
} as const satisfies Readonly<Record<string, Words>>

export const logWords = {
  log: say('logboek', 'journal', 'Protokoll', 'log'),
  entries: say('vermeldingen', 'mentions', 'Einträge', 'entries'),
  cosigned: say('medeondertekend door', 'cosigné par', 'mitsigniert von', 'cosigned by'),
  badKey: say(
    'is geen controlesleutel van de juiste soort',
    'n’est pas une clé de vérification du bon type',
    'ist kein Prüfschlüssel der richtigen Art',
    'is no verifier key of the right kind',
  ),
  cannotRead: say('is niet te lezen', 'ne peut être lu', 'ist nicht lesbar', 'cannot be read'),
  usage: say(
    'gebruik: getuige log check PLAATS [--key SLEUTEL] [--witness SLEUTEL]… [--since CONTROLEPUNT]… [--no-entries] [--lang nl|fr|de|en] [--json]\nPLAATS is een adres (https:, http:, file:) of een map waaronder checkpoint en tile/ staan. Uitkomst: 0 ongeschonden, 1 gewijzigd of onvolledig, 2 niet te controleren.',
    'usage : getuige log check LIEU [--key CLÉ] [--witness CLÉ]… [--since POINT_DE_CONTRÔLE]… [--no-entries] [--lang nl|fr|de|en] [--json]\nLIEU est une adresse (https:, http:, file:) ou un dossier qui contient checkpoint et tile/. Résultat : 0 intact, 1 modifié ou incomplet, 2 vérification impossible.',
    'Aufruf: getuige log check ORT [--key SCHLÜSSEL] [--witness SCHLÜSSEL]… [--since PRÜFPUNKT]… [--no-entries] [--lang nl|fr|de|en] [--json]\nORT ist eine Adresse (https:, http:, file:) oder ein Ordner mit checkpoint und tile/. Ergebnis: 0 unversehrt, 1 verändert oder unvollständig, 2 nicht prüfbar.',
    'usage: getuige log check PLACE [--key KEY] [--witness KEY]… [--since CHECKPOINT]… [--no-entries] [--lang nl|fr|de|en] [--json]\nPLACE is an address (https:, http:, file:) or a folder with checkpoint and tile/ below it. Exit: 0 intact, 1 altered or incomplete, 2 could not check.',
  ),
} as const
