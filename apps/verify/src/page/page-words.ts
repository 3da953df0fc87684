import type { Words } from '@getuige/base'

const say = (nl: string, fr: string, de: string, en: string): Words => ({ nl, fr, de, en })

export const pageWords = {
  title: say(
    'Een exportpakket controleren',
    'Vérifier un paquet d’export',
    'Ein Exportpaket prüfen',
    'Check an export package',
  ),
  lead: say(
    'Deze pagina gaat na of een pakket met opnamen en hun bewaarketen nog is zoals het werd gemaakt. Alles gebeurt in dit venster: er gaat niets het netwerk op.',
    'Cette page vérifie qu’un paquet d’enregistrements et leur chaîne de conservation sont tels qu’ils ont été établis. Tout se passe dans cette fenêtre : rien ne part sur le réseau.',
    'Diese Seite prüft, ob ein Paket mit Aufnahmen und ihrer Nachweiskette noch so ist, wie es erstellt wurde. Alles geschieht in diesem Fenster: Nichts geht ins Netz.',
    'This page checks whether a package of recordings and their custody trail is still as it was made. All of it happens in this window: nothing goes to the network.',
  ),
  languages: say('Taal', 'Langue', 'Sprache', 'Language'),
  givenTitle: say(
    'Wat u van het korps hebt gekregen',
    'Ce que le corps vous a remis',
    'Was Sie von der Dienststelle erhalten haben',
    'What the corps gave you',
  ),
  givenHint: say(
    'Langs een andere weg dan het pakket zelf. Mag leeg blijven, maar dan staat niet vast van wie het pakket komt.',
    'Par une autre voie que le paquet lui-même. Peut rester vide, mais l’origine du paquet n’est alors pas établie.',
    'Auf anderem Weg als mit dem Paket selbst. Kann leer bleiben, doch dann steht nicht fest, von wem das Paket stammt.',
    'By another way than the package itself. May stay empty, but then it is not established from whom the package comes.',
  ),
  caLabel: say(
    'Certificaat van de uitgever',
    'Certificat de l’autorité',
    'Zertifikat des Ausstellers',
    'Certificate of the authority',
  ),
  caHint: say(
    'ca.pem: stelt vast wie ondertekende',
    'ca.pem : établit qui a signé',
    'ca.pem: stellt fest, wer signiert hat',
    'ca.pem: establishes who signed',
  ),
  tsaLabel: say(
    'Certificaat van de tijdstempeldienst',
    'Certificat du service d’horodatage',
    'Zertifikat des Zeitstempeldienstes',
    'Certificate of the time-stamping authority',
  ),
  tsaHint: say(
    'stelt vast wanneer het pakket er al was',
    'établit quand le paquet existait déjà',
    'stellt fest, wann es das Paket schon gab',
    'establishes when the package already existed',
  ),
  keyLabel: say(
    'Controlesleutel van het bewaarlogboek',
    'Clé de vérification du journal de conservation',
    'Prüfschlüssel des Nachweisprotokolls',
    'Verifier key of the custody log',
  ),
  keyHint: say(
    'één regel, met plustekens erin',
    'une ligne, avec des signes plus',
    'eine Zeile mit Pluszeichen',
    'one line with plus signs in it',
  ),
  witnessLabel: say('Sleutels van getuigen', 'Clés de témoins', 'Schlüssel von Zeugen', 'Keys of witnesses'),
  witnessHint: say('één per regel', 'une par ligne', 'einer je Zeile', 'one a line'),
  dropTitle: say(
    'Sleep het pakket hierheen',
    'Glissez le paquet ici',
    'Ziehen Sie das Paket hierher',
    'Drag the package here',
  ),
  dropHint: say(
    'Een bestand dat eindigt op .asice, hoe groot ook.',
    'Un fichier se terminant par .asice, quelle qu’en soit la taille.',
    'Eine Datei, die auf .asice endet, gleich wie groß.',
    'A file that ends in .asice, however large.',
  ),
  choose: say('Bestand kiezen', 'Choisir un fichier', 'Datei wählen', 'Choose a file'),
  stop: say('Stoppen', 'Arrêter', 'Abbrechen', 'Stop'),
  reading: say(
    '{name} wordt gelezen: {read} van {whole}',
    'Lecture de {name} : {read} sur {whole}',
    '{name} wird gelesen: {read} von {whole}',
    'Reading {name}: {read} of {whole}',
  ),
  oneFile: say(
    'Eén pakket tegelijk, alstublieft.',
    'Un paquet à la fois, s’il vous plaît.',
    'Bitte ein Paket auf einmal.',
    'One package at a time, please.',
  ),
  insecure: say(
    'Deze browser laat hier geen handtekeningen controleren. Bewaar deze pagina op uw computer en open haar van daar, of kom langs https.',
    'Ce navigateur ne permet pas de vérifier des signatures ici. Enregistrez cette page sur votre ordinateur et ouvrez-la de là, ou passez par https.',
    'Dieser Browser lässt hier keine Signaturen prüfen. Speichern Sie diese Seite auf Ihrem Rechner und öffnen Sie sie von dort, oder kommen Sie über https.',
    'This browser does not let signatures be checked here. Save this page on your computer and open it from there, or come by https.',
  ),
  intactHint: say(
    'Alles wat in het pakket zelf te controleren is, klopt.',
    'Tout ce que le paquet seul permet de vérifier est exact.',
    'Alles, was sich am Paket selbst prüfen lässt, stimmt.',
    'All that the package itself allows to be checked holds.',
  ),
  notEstablishedHint: say(
    'Van wie het komt staat niet vast: daarvoor is het certificaat van de uitgever nodig.',
    'Son origine n’est pas établie : il y faut le certificat de l’autorité.',
    'Von wem es stammt, steht nicht fest: Dazu braucht es das Zertifikat des Ausstellers.',
    'From whom it comes is not established: that needs the certificate of the authority.',
  ),
  alteredHint: say(
    'Ten minste één controle klopt niet. Gebruik dit pakket niet als bewijs; vraag het korps om een nieuw.',
    'Au moins une vérification échoue. N’utilisez pas ce paquet comme preuve ; demandez-en un nouveau au corps.',
    'Mindestens eine Prüfung schlägt fehl. Verwenden Sie dieses Paket nicht als Beweis; bitten Sie die Dienststelle um ein neues.',
    'At least one check fails. Do not use this package as evidence; ask the corps for a new one.',
  ),
  checks: say('Controles', 'Vérifications', 'Prüfungen', 'Checks'),
  facts: say('Wat het pakket zegt', 'Ce que dit le paquet', 'Was das Paket sagt', 'What the package says'),
  established: say('vastgesteld', 'établi', 'festgestellt', 'established'),
  footer: say(
    'Dezelfde controles als „npx getuige verify”. Wat het pakket inhoudt, staat in data/custody.',
    'Les mêmes vérifications que « npx getuige verify ». Le contenu du paquet est décrit dans data/custody.',
    'Dieselben Prüfungen wie „npx getuige verify“. Was das Paket enthält, steht in data/custody.',
    'The same checks as “npx getuige verify”. What the package holds is told in data/custody.',
  ),
} as const satisfies Readonly<Record<string, Words>>
export type PageWord = keyof typeof pageWords
