import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'

type Page = Readonly<{
  title: string
  what: string
  withProgram: string
  withProgramWhy: string
  byHand: string
  steps: readonly [unpack: string, list: string, digests: string, signature: string, fingerprint: string]
  expect: string
  limitsTitle: string
  limits: readonly string[]
  filesTitle: string
  files: readonly [recordings: string, trail: string, logs: string]
}>

const commands = [
  'unzip -tq PACKAGE.zip && unzip -q PACKAGE.zip -d package && cd package',
  'cat manifest-sha256.txt tagmanifest-sha256.txt | cut -c 67- | sort > ../listed; find . -type f | cut -c 3- | sort | diff ../listed -',
  'sha256sum --quiet -c tagmanifest-sha256.txt && sha256sum --quiet -c manifest-sha256.txt',
  'openssl pkeyutl -verify -rawin -pubin -inkey META-INF/signer.pem -sigfile META-INF/tagmanifest-sha256.txt.sig -in tagmanifest-sha256.txt',
  'openssl pkey -pubin -in META-INF/signer.pem -outform DER | sha256sum',
] as const

const pages: Readonly<Record<Language, Page>> = {
  nl: {
    title: 'Dit pakket controleren',
    what: 'Dit pakket bevat een of meer opnamen zoals zij zijn ontvangen, en het verslag van wat er daarna mee is gebeurd. Iedereen kan nagaan of er sindsdien iets aan is veranderd, zonder de politie of de maker van het pakket te geloven.',
    withProgram: 'Met het controleprogramma',
    withProgramWhy:
      'Het programma noemt elke controle en wat zij opleverde. Geef met --key de sleutel op die u langs een andere weg van het korps hebt gekregen: alleen dan staat vast wie heeft ondertekend. Afsluitcode 0: ongeschonden; 1: gewijzigd of onvolledig; 2: niet te controleren.',
    byHand: 'Met gewone hulpmiddelen',
    steps: [
      'Pak het pakket uit. Er mag geen fout worden gemeld.',
      'Vergelijk de bestanden met de lijsten. Alleen deze twee regels mogen verschillen: het handtekeningbestand en tagmanifest-sha256.txt.',
      'Controleer de vingerafdrukken van alle bestanden. Er mag niets worden gemeld.',
      'Controleer de handtekening onder de lijst.',
      'Vergelijk deze vingerafdruk van de sleutel met die welke het korps u langs een andere weg heeft gegeven.',
    ],
    expect: 'verwacht antwoord: Signature Verified Successfully',
    limitsTitle: 'Wat dit niet aantoont',
    limits: [
      'Wat de camera vóór de ontvangst heeft gedaan, en of haar klok juist liep.',
      'Dat er geen andere opnamen zijn, of dat alle vermeldingen over deze opname zijn meegegeven: dat kan alleen wie het logboek zelf volgt.',
    ],
    filesTitle: 'Wat waar staat',
    files: [
      'de opnamen zoals ontvangen',
      'het verslag: wie wat deed, wanneer en waarom',
      'het bewijs dat elke vermelding in het ondertekende logboek van het korps staat (c2sp.org/tlog-proof)',
    ],
  },
  fr: {
    title: 'Vérifier ce paquet',
    what: 'Ce paquet contient un ou plusieurs enregistrements tels que reçus, et le relevé de ce qui en a été fait ensuite. Chacun peut vérifier que rien n’y a changé depuis, sans devoir croire la police ni l’auteur du paquet.',
    withProgram: 'Avec le programme de vérification',
    withProgramWhy:
      'Le programme nomme chaque vérification et son résultat. Donnez avec --key la clé que le corps vous a remise par une autre voie : c’est le seul moyen d’établir qui a signé. Code de sortie 0 : intact ; 1 : modifié ou incomplet ; 2 : vérification impossible.',
    byHand: 'Avec des outils courants',
    steps: [
      'Extrayez le paquet. Aucune erreur ne doit être signalée.',
      'Comparez les fichiers aux listes. Seules deux lignes peuvent différer : le fichier de signature et tagmanifest-sha256.txt.',
      'Vérifiez les empreintes de tous les fichiers. Rien ne doit être signalé.',
      'Vérifiez la signature de la liste.',
      'Comparez cette empreinte de la clé à celle que le corps vous a donnée par une autre voie.',
    ],
    expect: 'réponse attendue : Signature Verified Successfully',
    limitsTitle: 'Ce que cela ne prouve pas',
    limits: [
      'Ce que la caméra a fait avant la réception, ni si son horloge était juste.',
      'Qu’il n’existe pas d’autres enregistrements, ni que toutes les mentions relatives à celui-ci ont été jointes : seul celui qui suit le journal lui-même peut le dire.',
    ],
    filesTitle: 'Où se trouve quoi',
    files: [
      'les enregistrements tels que reçus',
      'le relevé : qui a fait quoi, quand et pourquoi',
      'la preuve que chaque mention figure dans le journal signé du corps (c2sp.org/tlog-proof)',
    ],
  },
  de: {
    title: 'Dieses Paket prüfen',
    what: 'Dieses Paket enthält eine oder mehrere Aufnahmen, wie sie eingegangen sind, und den Nachweis, was danach mit ihnen geschehen ist. Jeder kann prüfen, ob seither etwas verändert wurde, ohne der Polizei oder dem Ersteller des Pakets glauben zu müssen.',
    withProgram: 'Mit dem Prüfprogramm',
    withProgramWhy:
      'Das Programm nennt jede Prüfung und ihr Ergebnis. Geben Sie mit --key den Schlüssel an, den Sie auf anderem Weg vom Korps erhalten haben: nur dann steht fest, wer unterschrieben hat. Rückgabewert 0: unversehrt; 1: verändert oder unvollständig; 2: nicht prüfbar.',
    byHand: 'Mit üblichen Werkzeugen',
    steps: [
      'Entpacken Sie das Paket. Es darf kein Fehler gemeldet werden.',
      'Vergleichen Sie die Dateien mit den Listen. Nur zwei Zeilen dürfen abweichen: die Signaturdatei und tagmanifest-sha256.txt.',
      'Prüfen Sie die Prüfsummen aller Dateien. Es darf nichts gemeldet werden.',
      'Prüfen Sie die Signatur der Liste.',
      'Vergleichen Sie diesen Fingerabdruck des Schlüssels mit dem, den Ihnen das Korps auf anderem Weg gegeben hat.',
    ],
    expect: 'erwartete Antwort: Signature Verified Successfully',
    limitsTitle: 'Was das nicht belegt',
    limits: [
      'Was die Kamera vor dem Eingang getan hat, und ob ihre Uhr richtig ging.',
      'Dass es keine weiteren Aufnahmen gibt, oder dass alle Einträge zu dieser Aufnahme beiliegen: das kann nur, wer das Protokoll selbst verfolgt.',
    ],
    filesTitle: 'Was wo steht',
    files: [
      'die Aufnahmen, wie sie eingegangen sind',
      'der Nachweis: wer was wann und warum getan hat',
      'der Beleg, dass jeder Eintrag im signierten Protokoll des Korps steht (c2sp.org/tlog-proof)',
    ],
  },
  en: {
    title: 'Check this package',
    what: 'This package holds one or more recordings as they were received, and the trail of what was done with them since. Anyone can check that nothing in it has changed, without having to believe the police or whoever made the package.',
    withProgram: 'With the verifier',
    withProgramWhy:
      'It names each check and what came of it. Give with --key the key that the corps gave you by another way: only then is it established who signed. Exit code 0: intact; 1: altered or incomplete; 2: could not check.',
    byHand: 'With common tools',
    steps: [
      'Unpack the package. No error may be reported.',
      'Compare the files with the lists. Only two lines may differ: the signature file and tagmanifest-sha256.txt.',
      'Check the digests of all files. Nothing may be reported.',
      'Check the signature of the list.',
      'Compare this fingerprint of the key with the one that the corps gave you by another way.',
    ],
    expect: 'expected answer: Signature Verified Successfully',
    limitsTitle: 'What this does not show',
    limits: [
      'What the camera did before reception, and whether its clock was right.',
      'That there are no other recordings, or that every entry about this one was handed over: only someone who follows the log itself can tell.',
    ],
    filesTitle: 'What is where',
    files: [
      'the recordings as received',
      'the trail: who did what, when and why',
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
  const items = page.steps.map((step, i) => {
    const expected = i === 3 ? `<p>${escape(page.expect)}</p>` : ''
    return `<li>${escape(step)}${makeCommand(commands[i] ?? '')}${expected}</li>`
  })
  const places = ['data/recordings/', 'data/custody/trail.json', 'data/custody/log-1/ …']
  return [
    `<section id="${language}" lang="${language}">`,
    `<h1>${escape(page.title)}</h1><p>${escape(page.what)}</p>`,
    `<h2>${escape(page.withProgram)}</h2>${makeCommand('npx getuige verify PACKAGE.zip --key KEY')}`,
    `<p>${escape(page.withProgramWhy)}</p>`,
    `<h2>${escape(page.byHand)}</h2><ol>${items.join('')}</ol>`,
    `<h2>${escape(page.limitsTitle)}</h2><ul>${page.limits.map((limit) => `<li>${escape(limit)}</li>`).join('')}</ul>`,
    `<h2>${escape(page.filesTitle)}</h2><dl>`,
    ...page.files.map((file, i) => `<dt><code>${places[i] ?? ''}</code></dt><dd>${escape(file)}</dd>`),
    '</dl></section>',
  ].join('\n')
}

function makeCommand(command: string): string {
  return `<pre>${escape(command)}</pre>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
