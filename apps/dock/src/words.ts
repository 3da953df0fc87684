import type { Language, Words } from '@getuige/base'
import type { ErrorCode } from '@getuige/contract'
import { isKnown, type Reason } from './rules.ts'

const words = (nl: string, fr: string, de: string, en: string): Words => ({ nl, fr, de, en })

export const usage = words(
  `Gebruik: npx getuige dock MAP --camera SERIENUMMER [opties]

Levert elke nieuwe opname van een map aan, wacht op het ontvangstbewijs en bewaart het in MAP/.getuige.
Aan de opnamen zelf verandert niets.

  --camera SERIENUMMER  camera waarmee de opnamen zijn gemaakt
  --server URL          server (anders GETUIGE_SERVER, anders http://127.0.0.1:8080)
  --token-file BESTAND  bestand met het token van het dock (anders GETUIGE_DOCK_TOKEN)
  --wait SECONDEN       hoe lang een afwezige server wordt afgewacht (120)
  --camera-clock TIJD   wat de klok van de camera nu aanwijst, zoals 2026-11-22T12:00:00Z
  --lang nl|fr|de|en    taal (anders die van LANG)

Afloop: 0 alles is ontvangen, 1 iets is niet ontvangen, 2 verkeerd gebruik, geen server of geen toegang.`,
  `Usage : npx getuige dock DOSSIER --camera SÉRIE [options]

Verse chaque nouvel enregistrement d’un dossier, attend l’accusé de réception et le garde dans DOSSIER/.getuige.
Les enregistrements eux-mêmes ne sont jamais modifiés.

  --camera SÉRIE        caméra qui a réalisé les enregistrements
  --server URL          serveur (sinon GETUIGE_SERVER, sinon http://127.0.0.1:8080)
  --token-file FICHIER  fichier contenant le jeton de la station (sinon GETUIGE_DOCK_TOKEN)
  --wait SECONDES       combien de temps attendre un serveur absent (120)
  --camera-clock HEURE  ce qu’indique l’horloge de la caméra, comme 2026-11-22T12:00:00Z
  --lang nl|fr|de|en    langue (sinon celle de LANG)

Issue : 0 tout est reçu, 1 quelque chose n’est pas reçu, 2 usage incorrect, pas de serveur ou pas d’accès.`,
  `Aufruf: npx getuige dock ORDNER --camera SERIENNUMMER [Optionen]

Liefert jede neue Aufnahme eines Ordners ein, wartet auf die Empfangsbestätigung und bewahrt sie in ORDNER/.getuige auf.
An den Aufnahmen selbst ändert sich nichts.

  --camera SERIENNUMMER  Kamera, mit der die Aufnahmen gemacht wurden
  --server URL           Server (sonst GETUIGE_SERVER, sonst http://127.0.0.1:8080)
  --token-file DATEI     Datei mit dem Token der Dockingstation (sonst GETUIGE_DOCK_TOKEN)
  --wait SEKUNDEN        wie lange auf einen abwesenden Server gewartet wird (120)
  --camera-clock ZEIT    was die Uhr der Kamera jetzt zeigt, wie 2026-11-22T12:00:00Z
  --lang nl|fr|de|en     Sprache (sonst die von LANG)

Ergebnis: 0 alles ist empfangen, 1 etwas ist nicht empfangen, 2 falscher Aufruf, kein Server oder kein Zugang.`,
  `Usage: npx getuige dock FOLDER --camera SERIAL [options]

Uploads every new recording of a folder, waits for the receipt and keeps it in FOLDER/.getuige.
The recordings themselves are never changed.

  --camera SERIAL      camera that made the recordings
  --server URL         server (else GETUIGE_SERVER, else http://127.0.0.1:8080)
  --token-file FILE    file that holds the dock's token (else GETUIGE_DOCK_TOKEN)
  --wait SECONDS       how long to wait for a server that is away (120)
  --camera-clock TIME  what the camera’s clock shows now, such as 2026-11-22T12:00:00Z
  --lang nl|fr|de|en   language (else that of LANG)

Exit code: 0 everything is received, 1 something is not, 2 wrong usage, no server or no access.`,
)

/** `{name}` is filled in by `say`. */
export const sentences = {
  needsCamera: words(
    'Noem met --camera het serienummer van de camera.',
    'Indiquez avec --camera le numéro de série de la caméra.',
    'Nennen Sie mit --camera die Seriennummer der Kamera.',
    'Name the serial number of the camera with --camera.',
  ),
  badServer: words(
    'Het adres van de server moet zijn als https://getuige.example, zonder pad.',
    'L’adresse du serveur doit être comme https://getuige.example, sans chemin.',
    'Die Adresse des Servers muss wie https://getuige.example lauten, ohne Pfad.',
    'The address of the server must be like https://getuige.example, without a path.',
  ),
  needsToken: words(
    'Zet het token van het dock in GETUIGE_DOCK_TOKEN, of noem met --token-file het bestand waarin het staat.',
    'Placez le jeton de la station dans GETUIGE_DOCK_TOKEN, ou indiquez son fichier avec --token-file.',
    'Setzen Sie das Token der Dockingstation in GETUIGE_DOCK_TOKEN, oder nennen Sie mit --token-file seine Datei.',
    'Put the dock’s token in GETUIGE_DOCK_TOKEN, or name the file that holds it with --token-file.',
  ),
  badToken: words(
    'Daar staat geen bruikbaar token van een dock.',
    'Il n’y a pas là de jeton de station utilisable.',
    'Dort steht kein brauchbares Token einer Dockingstation.',
    'There is no usable token of a dock there.',
  ),
  badWait: words(
    '--wait is een aantal seconden.',
    '--wait est un nombre de secondes.',
    '--wait ist eine Anzahl Sekunden.',
    '--wait is a number of seconds.',
  ),
  badClock: words(
    '--camera-clock is een tijdstip in UTC, zoals 2026-11-22T12:00:00Z.',
    '--camera-clock est un instant en UTC, comme 2026-11-22T12:00:00Z.',
    '--camera-clock ist ein Zeitpunkt in UTC, wie 2026-11-22T12:00:00Z.',
    '--camera-clock is an instant in UTC, such as 2026-11-22T12:00:00Z.',
  ),
  cannotReadFolder: words(
    'De map kan niet worden gelezen: {code}.',
    'Le dossier ne peut pas être lu : {code}.',
    'Der Ordner kann nicht gelesen werden: {code}.',
    'The folder cannot be read: {code}.',
  ),
  cannotWriteState: words(
    'In de map .getuige bij de opnamen kan niet worden geschreven: {code}. Zonder ontvangstbewijs wordt niets aangeleverd.',
    'Impossible d’écrire dans le dossier .getuige à côté des enregistrements : {code}. Sans accusé de réception, rien n’est versé.',
    'In den Ordner .getuige bei den Aufnahmen kann nicht geschrieben werden: {code}. Ohne Empfangsbestätigung wird nichts eingeliefert.',
    'The folder .getuige beside the recordings cannot be written: {code}. Nothing is uploaded without a receipt.',
  ),
  keyUnreadable: words(
    'In .getuige/server.json staat geen leesbare sleutel. Zet het bestand terug of verwijder het als u de server vertrouwt.',
    '.getuige/server.json ne contient pas de clé lisible. Remettez le fichier, ou supprimez-le si vous faites confiance au serveur.',
    'In .getuige/server.json steht kein lesbarer Schlüssel. Stellen Sie die Datei wieder her, oder entfernen Sie sie, wenn Sie dem Server vertrauen.',
    '.getuige/server.json holds no readable key. Put the file back, or remove it if you trust the server.',
  ),
  keyDiffers: words(
    'Deze server ondertekent met een andere sleutel dan die waarmee deze map eerder ontvangstbewijzen kreeg. Er is niets aangeleverd. Vraag uw beheerder of de sleutel van het korps veranderd is; verwijder pas dan .getuige/server.json.',
    'Ce serveur signe avec une autre clé que celle des accusés de réception déjà reçus ici. Rien n’a été versé. Demandez à votre administrateur si la clé du corps a changé ; alors seulement, supprimez .getuige/server.json.',
    'Dieser Server signiert mit einem anderen Schlüssel als dem der bisherigen Empfangsbestätigungen. Nichts wurde eingeliefert. Fragen Sie Ihren Administrator, ob sich der Schlüssel der Dienststelle geändert hat; entfernen Sie erst dann .getuige/server.json.',
    'This server signs with another key than the one that signed the receipts of this folder. Nothing was uploaded. Ask your administrator whether the key of the corps has changed; only then remove .getuige/server.json.',
  ),
  keyTrusted: words(
    'Eerste contact met {server}. Vanaf nu geldt voor deze map de sleutel {vkey}.',
    'Premier contact avec {server}. Désormais, ce dossier se fie à la clé {vkey}.',
    'Erster Kontakt mit {server}. Von nun an gilt für diesen Ordner der Schlüssel {vkey}.',
    'First contact with {server}. From now on this folder trusts the key {vkey}.',
  ),
  openToOthers: words(
    'Let op: de verbinding met {server} is niet versleuteld. Gebruik https.',
    'Attention : la connexion avec {server} n’est pas chiffrée. Utilisez https.',
    'Achtung: Die Verbindung mit {server} ist nicht verschlüsselt. Verwenden Sie https.',
    'Mind: the connection to {server} is not encrypted. Use https.',
  ),
  serverAway: words(
    'De server op {server} is niet bereikbaar, of het is geen Getuige.',
    'Le serveur {server} est injoignable, ou ce n’est pas Getuige.',
    'Der Server {server} ist nicht erreichbar, oder er ist kein Getuige.',
    'The server at {server} cannot be reached, or it is no Getuige.',
  ),
  waitingForServer: words(
    'De server antwoordt niet; er wordt tot {seconds} seconden gewacht.',
    'Le serveur ne répond pas ; on l’attend jusqu’à {seconds} secondes.',
    'Der Server antwortet nicht; es wird bis zu {seconds} Sekunden gewartet.',
    'The server does not answer; waiting for up to {seconds} seconds.',
  ),
  tryingAgain: words(
    'De server kon dit nu niet aannemen; nog enkele pogingen volgen.',
    'Le serveur n’a pas pu l’accepter maintenant ; quelques essais suivent.',
    'Der Server konnte dies jetzt nicht annehmen; einige Versuche folgen.',
    'The server could not take this now; a few more tries follow.',
  ),
  ignored: words('terzijde', 'écarté', 'ausgelassen', 'left aside'),
  ignoredMore: words('en nog {count}', 'et encore {count}', 'und weitere {count}', 'and {count} more'),
  hidden: words('verborgen', 'caché', 'verborgen', 'hidden'),
  other: words(
    'geen opname, naar de naam',
    'pas un enregistrement, d’après son nom',
    'dem Namen nach keine Aufnahme',
    'no recording, by its name',
  ),
  link: words('een verwijzing', 'un lien', 'eine Verknüpfung', 'a link'),
  digesting: words('hashwaarde', 'empreinte', 'Hashwert', 'digest'),
  sending: words('aanleveren', 'versement', 'einliefern', 'upload'),
  received: words('ontvangen', 'reçu', 'empfangen', 'received'),
  known: words('was al ontvangen', 'déjà reçu', 'war schon empfangen', 'was received before'),
  notReceived: words('NIET ONTVANGEN', 'NON REÇU', 'NICHT EMPFANGEN', 'NOT RECEIVED'),
  left: words(
    'Niet meer geprobeerd: {count}, vanaf {path}.',
    'Non tentés : {count}, à partir de {path}.',
    'Nicht mehr versucht: {count}, ab {path}.',
    'Not tried any more: {count}, from {path} on.',
  ),
  empty: words(
    'In deze map staat geen opname.',
    'Ce dossier ne contient aucun enregistrement.',
    'In diesem Ordner ist keine Aufnahme.',
    'There is no recording in this folder.',
  ),
  summary: words(
    'Ontvangen: {received}. Eerder al ontvangen: {known}. Niet ontvangen: {failed}.',
    'Reçus : {received}. Déjà reçus auparavant : {known}. Non reçus : {failed}.',
    'Empfangen: {received}. Schon früher empfangen: {known}. Nicht empfangen: {failed}.',
    'Received: {received}. Received before: {known}. Not received: {failed}.',
  ),
} as const satisfies Record<string, Words>

/** Refusals that a dock can meet. */
const refusals: Readonly<Partial<Record<ErrorCode, Words>>> = {
  'access/denied': words(
    'de server staat dit niet toe.',
    'le serveur ne le permet pas.',
    'der Server gestattet dies nicht.',
    'the server does not allow this.',
  ),
  'dock/token-refused': words(
    'het token van het dock wordt niet aanvaard. Een beheerder kan een nieuw dock met een nieuw token toevoegen.',
    'le jeton de la station d’accueil est refusé. Un administrateur peut ajouter une station avec un nouveau jeton.',
    'das Token der Dockingstation wird nicht angenommen. Ein Administrator kann eine neue Dockingstation mit neuem Token hinzufügen.',
    'the dock’s token is refused. An administrator can add a new dock with a new token.',
  ),
  'ingest/already-erased': words(
    'deze opname is eerder ontvangen en volgens haar regel gewist; ze wordt niet opnieuw opgenomen.',
    'cet enregistrement a déjà été reçu, puis effacé selon sa règle ; il n’est pas repris.',
    'diese Aufnahme wurde bereits empfangen und nach ihrer Regel gelöscht; sie wird nicht erneut aufgenommen.',
    'this recording was received before and erased under its rule; it is not taken in again.',
  ),
  'ingest/announcement-invalid': words(
    'de server aanvaardt de aankondiging niet: de bestandsnaam is misschien te lang.',
    'le serveur n’accepte pas l’annonce : le nom du fichier est peut-être trop long.',
    'der Server nimmt die Ankündigung nicht an: Der Dateiname ist vielleicht zu lang.',
    'the server does not accept the announcement: the file name is perhaps too long.',
  ),
  'ingest/camera-unknown': words(
    'deze camera is niet bekend in het korps. Controleer het serienummer, of laat een beheerder de camera toevoegen.',
    'cette caméra n’est pas connue dans le corps. Vérifiez le numéro de série, ou faites ajouter la caméra par un administrateur.',
    'diese Kamera ist in der Dienststelle nicht bekannt. Prüfen Sie die Seriennummer, oder lassen Sie die Kamera von einem Administrator hinzufügen.',
    'this camera is not known in the corps. Check the serial number, or have an administrator add the camera.',
  ),
  'ingest/digest-mismatch': words(
    'wat aankwam, is niet wat werd aangekondigd; de server heeft niets bewaard. Bewaar het origineel en probeer het opnieuw.',
    'ce qui est arrivé n’est pas ce qui était annoncé ; le serveur n’a rien gardé. Conservez l’original et réessayez.',
    'was ankam, ist nicht das Angekündigte; der Server hat nichts behalten. Bewahren Sie das Original auf und versuchen Sie es erneut.',
    'what arrived is not what was announced; the server kept nothing. Keep the original and try again.',
  ),
  'ingest/disk-full': words(
    'de server heeft geen plaats meer. Bewaar de opnamen en verwittig uw beheerder.',
    'le serveur n’a plus de place. Conservez les enregistrements et avertissez votre administrateur.',
    'auf dem Server ist kein Platz mehr. Bewahren Sie die Aufnahmen auf und verständigen Sie Ihren Administrator.',
    'the server has no room left. Keep the recordings and tell your administrator.',
  ),
  'vault/unreachable': words(
    'de opslag van de opnamen antwoordt niet. Er gaat niets verloren; probeer het later opnieuw.',
    'le stockage des enregistrements ne répond pas. Rien n’est perdu ; réessayez plus tard.',
    'der Speicher der Aufnahmen antwortet nicht. Es geht nichts verloren; versuchen Sie es später erneut.',
    'the store of the recordings does not answer. Nothing is lost; try again later.',
  ),
  'ingest/empty': words('het bestand is leeg.', 'le fichier est vide.', 'die Datei ist leer.', 'the file is empty.'),
  'ingest/name-misleading': words(
    'de bestandsnaam bevat onzichtbare tekens waardoor hij anders leest dan hij is. Geef het bestand een andere naam.',
    'le nom du fichier contient des caractères invisibles qui le font lire autrement qu’il n’est. Renommez le fichier.',
    'der Dateiname enthält unsichtbare Zeichen, durch die er sich anders liest, als er ist. Benennen Sie die Datei um.',
    'the file name contains invisible characters that make it read differently from what it is. Rename the file.',
  ),
  'ingest/not-media': words(
    'dit is geen beeld- of geluidsopname, wat de naam ook zegt; de server heeft niets bewaard.',
    'ce n’est ni une vidéo ni un enregistrement sonore, quel que soit le nom ; le serveur n’a rien gardé.',
    'das ist keine Bild- oder Tonaufnahme, gleich wie die Datei heißt; der Server hat nichts behalten.',
    'this is no video or audio recording, whatever the name says; the server kept nothing.',
  ),
  'ingest/not-received': words(
    'er kwam geen ontvangstbewijs. Bewaar de opname en probeer het later opnieuw.',
    'aucun accusé de réception n’est venu. Conservez l’enregistrement et réessayez plus tard.',
    'es kam keine Empfangsbestätigung. Bewahren Sie die Aufnahme auf und versuchen Sie es später erneut.',
    'no receipt came. Keep the recording and try again later.',
  ),
  'recording/erased': words(
    'de opname waar dit bij hoort, is volgens haar regel gewist.',
    'l’enregistrement auquel ceci appartient a été effacé selon sa règle.',
    'die Aufnahme, zu der dies gehört, wurde nach ihrer Regel gelöscht.',
    'the recording that this belongs to was erased under its rule.',
  ),
  'sidecar/too-large': words(
    'dit bestand is te groot voor plaatsen bij een opname.',
    'ce fichier est trop grand pour des lieux joints à un enregistrement.',
    'diese Datei ist zu groß für Orte zu einer Aufnahme.',
    'this file is too large for places beside a recording.',
  ),
  'sidecar/too-many': words(
    'bij deze opname liggen al zoveel bestanden als er kunnen zijn.',
    'cet enregistrement est déjà accompagné d’autant de fichiers que possible.',
    'bei dieser Aufnahme liegen schon so viele Dateien, wie es geben kann.',
    'as many files as there can be lie beside this recording already.',
  ),
  'sidecar/unreadable': words(
    'dit is geen plaatsspoor dat de server kan lezen; hij heeft er niets van bewaard.',
    'ce n’est pas une trace que le serveur sait lire ; il n’en a rien gardé.',
    'das ist keine Ortsspur, die der Server lesen kann; er hat nichts davon behalten.',
    'this is no track that the server can read; it kept nothing of it.',
  ),
  'server/defect': words(
    'er ging iets mis op de server. Probeer het later opnieuw en verwittig uw beheerder als het blijft misgaan.',
    'une erreur s’est produite sur le serveur. Réessayez plus tard et avertissez votre administrateur si elle persiste.',
    'auf dem Server ist ein Fehler aufgetreten. Versuchen Sie es später erneut, und verständigen Sie Ihren Administrator, wenn er bleibt.',
    'something went wrong on the server. Try again later, and tell your administrator if it keeps happening.',
  ),
}

const otherRefusal = words(
  'de server weigert: {code}.',
  'le serveur refuse : {code}.',
  'der Server lehnt ab: {code}.',
  'the server refuses: {code}.',
)

/** What the server took for something else than a recording. */
const kinds: Readonly<Record<string, Words>> = {
  text: words('het is tekst', 'c’est du texte', 'es ist Text', 'it is text'),
  image: words('het is een foto', 'c’est une photo', 'es ist ein Bild', 'it is a picture'),
  document: words('het is een document', 'c’est un document', 'es ist ein Dokument', 'it is a document'),
  archive: words('het is een archief', 'c’est une archive', 'es ist ein Archiv', 'it is an archive'),
  executable: words('het is een programma', 'c’est un programme', 'es ist ein Programm', 'it is a program'),
  unknown: words(
    'er is geen spoor van beeld of geluid in',
    'on n’y trouve aucune trace d’image ni de son',
    'es enthält keine Spur von Bild oder Ton',
    'there is no trace of picture or sound in it',
  ),
}

const reasons = {
  away: words(
    'de server antwoordt niet meer. Wat hij al heeft, blijft staan; de volgende keer gaat het verder.',
    'le serveur ne répond plus. Ce qu’il a déjà reste acquis ; la suite viendra la prochaine fois.',
    'der Server antwortet nicht mehr. Was er schon hat, bleibt; beim nächsten Mal geht es weiter.',
    'the server does not answer any more. What it has stays; the next run goes on from there.',
  ),
  changed: words(
    'het bestand veranderde terwijl het werd gelezen; misschien wordt het nog geschreven. Probeer het straks opnieuw.',
    'le fichier a changé pendant sa lecture ; il est peut-être encore en cours d’écriture. Réessayez plus tard.',
    'die Datei änderte sich, während sie gelesen wurde; vielleicht wird sie noch geschrieben. Versuchen Sie es später erneut.',
    'the file changed while it was read; perhaps it is still being written. Try again later.',
  ),
  unreadable: words(
    'het bestand of de map .getuige kan niet worden gebruikt: {code}.',
    'le fichier ou le dossier .getuige ne peut pas être utilisé : {code}.',
    'die Datei oder der Ordner .getuige kann nicht benutzt werden: {code}.',
    'the file or the folder .getuige cannot be used: {code}.',
  ),
  'receipt-wrong': words(
    'het ontvangstbewijs is niet met de sleutel van het korps ondertekend, of hoort niet bij dit bestand. Bewaar de opname en verwittig uw beheerder.',
    'l’accusé de réception n’est pas signé avec la clé du corps, ou ne correspond pas à ce fichier. Conservez l’enregistrement et avertissez votre administrateur.',
    'die Empfangsbestätigung ist nicht mit dem Schlüssel der Dienststelle signiert, oder sie gehört nicht zu dieser Datei. Bewahren Sie die Aufnahme auf und verständigen Sie Ihren Administrator.',
    'the receipt is not signed with the key of the corps, or does not belong to this file. Keep the recording and tell your administrator.',
  ),
  interrupted: words(
    'onderbroken. De volgende keer gaat het verder.',
    'interrompu. La suite viendra la prochaine fois.',
    'unterbrochen. Beim nächsten Mal geht es weiter.',
    'interrupted. The next run goes on from there.',
  ),
} as const satisfies Record<Exclude<Reason['kind'], 'refused'>, Words>

export type Fillings = Readonly<Record<string, string | number>>

export function say(template: Words, language: Language, fillings: Fillings = {}): string {
  const format = new Intl.NumberFormat(language)
  return template[language].replaceAll(/\{([a-z]+)\}/g, (_whole, name: string) => {
    const value = fillings[name] ?? ''
    return typeof value === 'number' ? format.format(value) : toSafe(value)
  })
}

/** One sentence that begins in lower case: it follows the name of the file. */
export function explain(reason: Reason, language: Language): string {
  if (reason.kind === 'unreadable') return say(reasons.unreadable, language, { code: reason.code })
  if (reason.kind !== 'refused') return reasons[reason.kind][language]
  const { code, because } = reason
  const known = isKnown(code) ? refusals[code] : undefined
  if (known === undefined) return say(otherRefusal, language, { code })
  const kind = because !== undefined && Object.hasOwn(kinds, because) ? kinds[because] : undefined
  return kind === undefined ? known[language] : `${known[language].slice(0, -1)} (${kind[language]}).`
}

/** Names come from a camera or from anybody: what could steer a terminal is written out. */
export function toSafe(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}
