import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'

type Page = Readonly<{
  title: string
  what: string
  withProgram: string
  withProgramWhy: string
  byHand: string
  byHandWhy: string
  steps: Readonly<Record<Step, string>>
  openTitle: string
  openWhy: string
  opens: Readonly<Record<Opening, string>>
  gotTitle: string
  got: readonly string[]
  limitsTitle: string
  limits: readonly string[]
  filesTitle: string
  files: readonly [recordings: string, trail: string, report: string, logs: string]
}>

/**
 * What to type, in this order, in a folder with `case.asice`, `ca.pem` (the authority of the corps) and `tsa-ca.pem`
 * (that of the time stamps). Each ends in an error when what it is about does not hold.
 */
export const verifyingCommands = {
  unpack: 'unzip -tq case.asice && unzip -q case.asice -d case && cd case',
  listed: 'cut -c 67- manifest-sha256.txt | sort > ../listed && find data -type f | sort | diff ../listed -',
  digests: 'sha256sum --quiet --strict -c manifest-sha256.txt',
  others: [
    '(for f in $(find . -type f | cut -c 3- | grep -v -e "^META-INF/" -e "^mimetype$"); do',
    '  d=$(openssl dgst -sha256 -binary "$f" | openssl base64)',
    '  grep -A 2 -F "URI=\\"$f\\"" META-INF/ASiCManifest001.xml | grep -qF "$d" || { echo "$f"; exit 1; }',
    'done)',
  ].join('\n'),
  signature: [
    'openssl cms -verify -cades -binary -inform DER -in META-INF/signature001.p7s \\',
    '  -content META-INF/ASiCManifest001.xml -CAfile ../ca.pem -purpose any -out /dev/null',
  ].join('\n'),
  stamp: [
    'openssl ts -verify -data META-INF/ASiCManifest002.xml \\',
    '  -in META-INF/timestamp002.tst -token_in -CAfile ../tsa-ca.pem',
  ].join('\n'),
  stamped: [
    '(for f in META-INF/ASiCManifest001.xml META-INF/signature001.p7s; do',
    '  grep -qF "$(openssl dgst -sha256 -binary "$f" | openssl base64)" META-INF/ASiCManifest002.xml || { echo "$f"; exit 1; }',
    'done)',
  ].join('\n'),
  expired: [
    't=$(date -d "$(openssl ts -reply -in META-INF/timestamp002.tst -token_in -text | sed -n "s/^Time stamp: //p")" +%s)',
    'openssl cms -verify -cades -binary -inform DER -in META-INF/signature001.p7s \\',
    '  -content META-INF/ASiCManifest001.xml -CAfile ../ca.pem -purpose any -attime "$t" -out /dev/null &&',
    'openssl ts -verify -data META-INF/ASiCManifest002.xml \\',
    '  -in META-INF/timestamp002.tst -token_in -CAfile ../tsa-ca.pem -attime "$t"',
  ].join('\n'),
  fingerprint: 'openssl x509 -in ../ca.pem -noout -fingerprint -sha256',
} as const
type Step = keyof typeof verifyingCommands

/** What to type first where the package was encrypted for one recipient, to get `case.asice`. */
export const openingCommands = {
  age: 'age -d -i identity.txt -o case.asice case.asice.age',
  certificate: [
    'unzip -q case.asice.zip',
    'openssl cms -decrypt -inform DER -in case.asice.key.p7m -recip certificate.pem -inkey key.pem -out identity.txt',
    'age -d -i identity.txt -o case.asice case.asice.age && rm identity.txt',
  ].join('\n'),
} as const
type Opening = keyof typeof openingCommands

const program = 'npx getuige verify case.asice --ca ca.pem --tsa-ca tsa-ca.pem --key KEY --witness KEY'

const pages: Readonly<Record<Language, Page>> = {
  nl: {
    title: 'Dit pakket controleren',
    what: 'Dit pakket bevat een of meer opnamen zoals zij zijn ontvangen, en hun bewaarketen: wat er daarna mee is gebeurd. Iedereen kan nagaan of er sindsdien iets aan is veranderd, zonder de politie of de maker van het pakket te geloven.',
    withProgram: 'Met het controleprogramma',
    withProgramWhy:
      'Het programma noemt elke controle en wat zij opleverde. De pagina verify.html doet hetzelfde zonder installatie en zonder netwerk. Afsluitcode 0: ongeschonden; 1: gewijzigd of onvolledig; 2: niet te controleren.',
    byHand: 'Met gewone hulpmiddelen',
    byHandWhy:
      'Noem het pakket case.asice en zet ca.pem en tsa-ca.pem ernaast. Elk commando moet zwijgen of zeggen dat het klopt.',
    steps: {
      unpack: 'Pak het pakket uit. Er mag geen fout worden gemeld.',
      listed: 'Vergelijk de bestanden met de lijst. Er mag geen verschil zijn.',
      digests: 'Controleer de hashwaarden van alle bestanden in data. Er mag niets worden gemeld.',
      others: 'Controleer dat de ondertekende lijst van elk bestand de hashwaarde heeft. Er mag niets worden genoemd.',
      signature: 'Controleer de handtekening onder die lijst: CAdES Verification successful.',
      stamp:
        'Controleer het tijdstempel: Verification: OK. Een pakket kan er geen hebben; dan zegt alleen de ondertekenaar wanneer.',
      stamped: 'Controleer dat het tijdstempel over die lijst en die handtekening gaat.',
      expired:
        'Zijn de certificaten sindsdien verlopen, beoordeel ze dan naar het ogenblik van het tijdstempel, in plaats van de vorige drie.',
      fingerprint:
        'Vergelijk deze vingerafdruk van ca.pem met die welke het korps u langs een andere weg heeft gegeven.',
    },
    openTitle: 'Is het pakket versleuteld?',
    openWhy: 'Open het eerst, met de sleutel van de ontvanger.',
    opens: {
      age: 'Voor een age-sleutel (het bestand eindigt op .age):',
      certificate: 'Voor een certificaat (het bestand eindigt op .zip):',
    },
    gotTitle: 'Waar u ca.pem en de sleutels haalt',
    got: [
      'ca.pem: bij het korps, langs een andere weg dan dit pakket; het korps laadt het van zijn eigen Getuige. Alleen daarmee staat vast wie ondertekende.',
      'tsa-ca.pem: bij de tijdstempeldienst zelf.',
      'de controlesleutel van het bewaarlogboek (signer.vkey) en de sleutels van getuigen: bij het korps en bij de getuigen, zoals de functionaris voor gegevensbescherming.',
    ],
    limitsTitle: 'Wat dit niet aantoont',
    limits: [
      'Wat de camera vóór de ontvangst heeft gedaan, en of haar klok juist liep.',
      'Dat er geen andere opnamen zijn, of dat alle vermeldingen over deze opname zijn meegegeven: dat kan alleen wie het logboek zelf volgt.',
    ],
    filesTitle: 'Wat waar staat',
    files: [
      'de opnamen zoals ontvangen',
      'de bewaarketen: wie wat deed, wanneer en waarom',
      'dezelfde bewaarketen om te lezen en te drukken',
      'het bewijs dat elke vermelding in het ondertekende logboek van het korps staat (c2sp.org/tlog-proof)',
    ],
  },
  fr: {
    title: 'Vérifier ce paquet',
    what: 'Ce paquet contient un ou plusieurs enregistrements tels que reçus, et leur chaîne de conservation : ce qui en a été fait ensuite. Chacun peut vérifier que rien n’y a changé depuis, sans devoir croire la police ni l’auteur du paquet.',
    withProgram: 'Avec le programme de vérification',
    withProgramWhy:
      'Le programme nomme chaque vérification et son résultat. La page verify.html fait de même sans installation et sans réseau. Code de sortie 0 : intact ; 1 : modifié ou incomplet ; 2 : vérification impossible.',
    byHand: 'Avec des outils courants',
    byHandWhy:
      'Nommez le paquet case.asice et placez ca.pem et tsa-ca.pem à côté. Chaque commande doit se taire ou dire que c’est exact.',
    steps: {
      unpack: 'Extrayez le paquet. Aucune erreur ne doit être signalée.',
      listed: 'Comparez les fichiers à la liste. Il ne doit y avoir aucune différence.',
      digests: 'Vérifiez les empreintes de tous les fichiers de data. Rien ne doit être signalé.',
      others: 'Vérifiez que la liste signée a l’empreinte de chaque fichier. Aucun ne doit être nommé.',
      signature: 'Vérifiez la signature de cette liste : CAdES Verification successful.',
      stamp:
        'Vérifiez l’horodatage : Verification: OK. Un paquet peut ne pas en avoir ; seul le signataire dit alors quand.',
      stamped: 'Vérifiez que l’horodatage porte sur cette liste et cette signature.',
      expired:
        'Si les certificats ont expiré depuis, jugez-les au moment de l’horodatage, au lieu des trois commandes précédentes.',
      fingerprint: 'Comparez cette empreinte de ca.pem à celle que le corps vous a donnée par une autre voie.',
    },
    openTitle: 'Le paquet est-il chiffré ?',
    openWhy: 'Ouvrez-le d’abord, avec la clé du destinataire.',
    opens: {
      age: 'Pour une clé age (le fichier se termine par .age) :',
      certificate: 'Pour un certificat (le fichier se termine par .zip) :',
    },
    gotTitle: 'Où obtenir ca.pem et les clés',
    got: [
      'ca.pem : auprès du corps, par une autre voie que ce paquet ; le corps le télécharge de son propre Getuige. C’est le seul moyen d’établir qui a signé.',
      'tsa-ca.pem : auprès du service d’horodatage lui-même.',
      'la clé de vérification du journal de conservation (signer.vkey) et les clés des témoins : auprès du corps et des témoins, comme le délégué à la protection des données.',
    ],
    limitsTitle: 'Ce que cela ne prouve pas',
    limits: [
      'Ce que la caméra a fait avant la réception, ni si son horloge était juste.',
      'Qu’il n’existe pas d’autres enregistrements, ni que toutes les inscriptions relatives à celui-ci ont été jointes : seul celui qui suit le journal lui-même peut le dire.',
    ],
    filesTitle: 'Où se trouve quoi',
    files: [
      'les enregistrements tels que reçus',
      'la chaîne de conservation : qui a fait quoi, quand et pourquoi',
      'la même chaîne de conservation, à lire et à imprimer',
      'la preuve que chaque inscription figure dans le journal signé du corps (c2sp.org/tlog-proof)',
    ],
  },
  de: {
    title: 'Dieses Paket prüfen',
    what: 'Dieses Paket enthält eine oder mehrere Aufnahmen, wie sie empfangen wurden, und ihre Nachweiskette: was danach mit ihnen geschehen ist. Jeder kann prüfen, ob seither etwas verändert wurde, ohne der Polizei oder dem Ersteller des Pakets glauben zu müssen.',
    withProgram: 'Mit dem Prüfprogramm',
    withProgramWhy:
      'Das Programm nennt jede Prüfung und ihr Ergebnis. Die Seite verify.html tut dasselbe ohne Installation und ohne Netz. Rückgabewert 0: unversehrt; 1: verändert oder unvollständig; 2: nicht prüfbar.',
    byHand: 'Mit üblichen Werkzeugen',
    byHandWhy:
      'Nennen Sie das Paket case.asice und legen Sie ca.pem und tsa-ca.pem daneben. Jeder Befehl muss schweigen oder sagen, dass es stimmt.',
    steps: {
      unpack: 'Entpacken Sie das Paket. Es darf kein Fehler gemeldet werden.',
      listed: 'Vergleichen Sie die Dateien mit der Liste. Es darf keinen Unterschied geben.',
      digests: 'Prüfen Sie die Hashwerte aller Dateien in data. Es darf nichts gemeldet werden.',
      others: 'Prüfen Sie, dass die signierte Liste den Hashwert jeder Datei hat. Keine darf genannt werden.',
      signature: 'Prüfen Sie die Signatur dieser Liste: CAdES Verification successful.',
      stamp:
        'Prüfen Sie den Zeitstempel: Verification: OK. Ein Paket kann ohne sein; dann sagt nur der Unterzeichner, wann.',
      stamped: 'Prüfen Sie, dass der Zeitstempel diese Liste und diese Signatur betrifft.',
      expired:
        'Sind die Zertifikate seither abgelaufen, beurteilen Sie sie zum Zeitpunkt des Zeitstempels, anstelle der drei vorigen Befehle.',
      fingerprint:
        'Vergleichen Sie diesen Fingerabdruck von ca.pem mit dem, den Ihnen die Dienststelle auf anderem Weg gegeben hat.',
    },
    openTitle: 'Ist das Paket verschlüsselt?',
    openWhy: 'Öffnen Sie es zuerst, mit dem Schlüssel des Empfängers.',
    opens: {
      age: 'Für einen age-Schlüssel (die Datei endet auf .age):',
      certificate: 'Für ein Zertifikat (die Datei endet auf .zip):',
    },
    gotTitle: 'Woher Sie ca.pem und die Schlüssel bekommen',
    got: [
      'ca.pem: von der Dienststelle, auf anderem Weg als mit diesem Paket; sie lädt es aus ihrem eigenen Getuige. Nur damit steht fest, wer signiert hat.',
      'tsa-ca.pem: vom Zeitstempeldienst selbst.',
      'den Prüfschlüssel des Nachweisprotokolls (signer.vkey) und die Schlüssel der Zeugen: von der Dienststelle und den Zeugen, etwa dem Datenschutzbeauftragten.',
    ],
    limitsTitle: 'Was das nicht belegt',
    limits: [
      'Was die Kamera vor dem Empfang getan hat, und ob ihre Uhr richtig ging.',
      'Dass es keine weiteren Aufnahmen gibt, oder dass alle Einträge zu dieser Aufnahme beiliegen: das kann nur, wer das Protokoll selbst verfolgt.',
    ],
    filesTitle: 'Was wo steht',
    files: [
      'die Aufnahmen, wie sie empfangen wurden',
      'die Nachweiskette: wer was wann und warum getan hat',
      'dieselbe Nachweiskette, zum Lesen und Drucken',
      'der Beleg, dass jeder Eintrag im signierten Protokoll der Dienststelle steht (c2sp.org/tlog-proof)',
    ],
  },
  en: {
    title: 'Check this package',
    what: 'This package holds one or more recordings as they were received, and their custody trail: what was done with them since. Anyone can check that nothing in it has changed, without having to believe the police or whoever made the package.',
    withProgram: 'With the verifier',
    withProgramWhy:
      'It names each check and what came of it. The page verify.html does the same without installation and without a network. Exit code 0: intact; 1: altered or incomplete; 2: could not check.',
    byHand: 'With common tools',
    byHandWhy:
      'Name the package case.asice and put ca.pem and tsa-ca.pem beside it. Each command must keep silent or say that all is well.',
    steps: {
      unpack: 'Unpack the package. No error may be reported.',
      listed: 'Compare the files with the list. There may be no difference.',
      digests: 'Check the digests of all files in data. Nothing may be reported.',
      others: 'Check that the signed list has the digest of every file. None may be named.',
      signature: 'Check the signature of that list: CAdES Verification successful.',
      stamp: 'Check the time stamp: Verification: OK. A package may have none; then only the signer says when.',
      stamped: 'Check that the time stamp is of that list and that signature.',
      expired:
        'If the certificates have expired since, judge them at the moment of the time stamp, in place of the three before.',
      fingerprint: 'Compare this fingerprint of ca.pem with the one that the corps gave you by another way.',
    },
    openTitle: 'Is the package encrypted?',
    openWhy: 'Open it first, with the key of the recipient.',
    opens: {
      age: 'For an age key (the file ends in .age):',
      certificate: 'For a certificate (the file ends in .zip):',
    },
    gotTitle: 'Where to get ca.pem and the keys',
    got: [
      'ca.pem: from the corps, by another way than this package; the corps downloads it from its own Getuige. Only with it is it established who signed.',
      'tsa-ca.pem: from the time-stamping authority itself.',
      'the verifier key of the custody log (signer.vkey) and the keys of witnesses: from the corps and from the witnesses, such as the data-protection officer.',
    ],
    limitsTitle: 'What this does not show',
    limits: [
      'What the camera did before reception, and whether its clock was right.',
      'That there are no other recordings, or that every entry about this one was handed over: only someone who follows the log itself can tell.',
    ],
    filesTitle: 'What is where',
    files: [
      'the recordings as received',
      'the custody trail: who did what, when and why',
      'the same custody trail, to read and to print',
      'the proof that each entry is in the signed log of the corps (c2sp.org/tlog-proof)',
    ],
  },
}

const style = `
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif; color: #111; background: #fff }
section { border-top: 1px solid #888; margin-top: 2rem }
section:first-of-type { border: 0 }
pre { margin: 0.3rem 0 1rem; padding: 0.5rem; border: 1px solid #888; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85rem }
@media print { section { break-inside: avoid-page } nav { display: none } }
`

/** One page for paper and screen, in every language, that loads nothing and says the same in every package. */
export function howToVerifyHtml(): string {
  const links = languages.map((language) => `<a href="#${language}" lang="${language}">${pages[language].title}</a>`)
  return [
    '<!doctype html>',
    '<html lang="mul">',
    `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${pages.en.title}</title>`,
    `<style>${style}</style>`,
    `<nav>${links.join(' · ')}</nav>`,
    ...languages.map((language) => makeSection(language, pages[language])),
    '</html>',
    '',
  ].join('\n')
}

function makeSection(language: Language, page: Page): string {
  const steps = Object.entries(verifyingCommands).map(
    ([step, command]) => `<li>${escape(page.steps[step as Step])}${makeCommand(command)}</li>`,
  )
  const opens = Object.entries(openingCommands).map(
    ([opening, command]) => `<p>${escape(page.opens[opening as Opening])}</p>${makeCommand(command)}`,
  )
  const places = ['data/recordings/', 'data/custody/trail.json', 'data/custody/report.*', 'data/custody/log-1/ …']
  return [
    `<section id="${language}" lang="${language}">`,
    `<h1>${escape(page.title)}</h1><p>${escape(page.what)}</p>`,
    `<h2>${escape(page.withProgram)}</h2>${makeCommand(program)}`,
    `<p>${escape(page.withProgramWhy)}</p>`,
    `<h2>${escape(page.openTitle)}</h2><p>${escape(page.openWhy)}</p>${opens.join('')}`,
    `<h2>${escape(page.byHand)}</h2><p>${escape(page.byHandWhy)}</p><ol>${steps.join('')}</ol>`,
    `<h2>${escape(page.gotTitle)}</h2>${makeList(page.got)}`,
    `<h2>${escape(page.limitsTitle)}</h2>${makeList(page.limits)}`,
    `<h2>${escape(page.filesTitle)}</h2><dl>`,
    ...page.files.map((file, i) => `<dt><code>${places[i] ?? ''}</code></dt><dd>${escape(file)}</dd>`),
    '</dl></section>',
  ].join('\n')
}

function makeList(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`
}

function makeCommand(command: string): string {
  return `<pre>${escape(command)}</pre>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
