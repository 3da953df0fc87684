import type { Language, Role, Words } from '@getuige/base'
import type { EntryType } from '#custody'

const say = (nl: string, fr: string, de: string, en: string): Words => ({ nl, fr, de, en })

/**
 * What each act was, in plain words. `{…}` is filled with that detail of the entry, said in words; an entry that lacks
 * it is said by what stands before the bar.
 */
export const entryWords: Readonly<Record<EntryType, Words>> = {
  'recording-received': say(
    'Ontvangen en verzegeld',
    'Reçu et scellé',
    'Empfangen und versiegelt',
    'Received and sealed',
  ),
  'recording-probed': say('Onderzocht', 'Analysé', 'Untersucht', 'Examined'),
  'preview-shown': say('Beeldstrook getoond', 'Planche d’images affichée', 'Bildstreifen gezeigt', 'Storyboard shown'),
  'viewing-started': say('Bekeken', 'Consulté', 'Eingesehen', 'Viewed'),
  'hold-placed': say(
    'Veiliggesteld|Veiliggesteld voor {kind}',
    'Préservé|Préservé pour {kind}',
    'Gesperrt|Gesperrt für {kind}',
    'Held|Held for {kind}',
  ),
  'hold-lifted': say(
    'Veiligstelling opgeheven|Veiligstelling voor {kind} opgeheven',
    'Préservation levée|Préservation pour {kind} levée',
    'Löschsperre aufgehoben|Löschsperre für {kind} aufgehoben',
    'Hold lifted|Hold for {kind} lifted',
  ),
  'activation-completed': say(
    'Activatieverslag ingevuld',
    'Relevé d’activation complété',
    'Aktivierungsprotokoll ausgefüllt',
    'Activation record completed',
  ),
  'package-exported': say(
    'Geëxporteerd|Geëxporteerd voor {recipient}',
    'Exporté|Exporté pour {recipient}',
    'Exportiert|Exportiert für {recipient}',
    'Exported|Exported for {recipient}',
  ),
  'recording-damaged': say(
    'Bytes beschadigd bevonden: niet meer getoond',
    'Octets trouvés endommagés : plus montrés',
    'Bytes beschädigt vorgefunden: nicht mehr gezeigt',
    'Bytes found damaged: no longer shown',
  ),
  'recording-restored': say(
    'Bytes hersteld: weer zoals ontvangen',
    'Octets rétablis : à nouveau tels que reçus',
    'Bytes wiederhergestellt: wieder wie empfangen',
    'Bytes restored: as received again',
  ),
  'erasure-begun': say(
    'Wissing begonnen: sleutel vernietigd',
    'Effacement entamé : clé détruite',
    'Löschung begonnen: Schlüssel vernichtet',
    'Erasure begun: key destroyed',
  ),
  'recording-erased': say(
    'Gewist: bytes verwijderd',
    'Effacé : octets supprimés',
    'Gelöscht: Bytes entfernt',
    'Erased: bytes removed',
  ),
  'log-searched': say(
    'Toegangslogboek doorzocht',
    'Journal des accès consulté',
    'Zugriffsprotokoll durchsucht',
    'Access log searched',
  ),
  'log-exported': say(
    'Toegangslogboek geëxporteerd',
    'Journal des accès exporté',
    'Zugriffsprotokoll exportiert',
    'Access log exported',
  ),
  'words-erased': say(
    'Woorden van het logboek gewist',
    'Mots du journal effacés',
    'Wörter des Protokolls gelöscht',
    'Words of the log erased',
  ),
  'report-made': say('Overzicht opgemaakt', 'Document établi', 'Übersicht erstellt', 'Document made'),
  'log-continued': say('Logboek voortgezet', 'Journal poursuivi', 'Protokoll fortgeführt', 'Log continued'),
  'corps-established': say('Korps ingericht', 'Corps établi', 'Dienststelle eingerichtet', 'Corps established'),
  'person-added': say('Persoon toegevoegd', 'Personne ajoutée', 'Person hinzugefügt', 'Person added'),
  'password-reset': say(
    'Eenmalig wachtwoord gegeven',
    'Mot de passe à usage unique donné',
    'Einmalpasswort vergeben',
    'One-time password given',
  ),
  'camera-added': say('Camera toegevoegd', 'Caméra ajoutée', 'Kamera hinzugefügt', 'Camera added'),
  'camera-assigned': say('Camera toegewezen', 'Caméra attribuée', 'Kamera zugewiesen', 'Camera assigned'),
  'dock-added': say('Dock toegevoegd', 'Station d’accueil ajoutée', 'Dockingstation hinzugefügt', 'Dock added'),
  'dock-removed': say('Dock verwijderd', 'Station d’accueil retirée', 'Dockingstation entfernt', 'Dock removed'),
  'upload-refused': say('Aanlevering geweigerd', 'Versement refusé', 'Einlieferung abgelehnt', 'Upload refused'),
  'expiry-key-destroyed': say(
    'Bewaarsleutel vernietigd',
    'Clé de conservation détruite',
    'Aufbewahrungsschlüssel vernichtet',
    'Retention key destroyed',
  ),
  'root-key-rotated': say(
    'Hoofdsleutel vervangen',
    'Clé racine remplacée',
    'Hauptschlüssel ersetzt',
    'Root key replaced',
  ),
  'recipients-changed': say(
    'Ontvangers van de noodsleutels gewijzigd',
    'Destinataires de secours modifiés',
    'Empfänger der Notschlüssel geändert',
    'Escrow recipients changed',
  ),
  'recipients-retired': say(
    'Oude noodsleutel vernietigd',
    'Ancienne clé de secours détruite',
    'Alter Notschlüssel vernichtet',
    'Former escrow key destroyed',
  ),
  'escrow-identity-written': say(
    'Noodsleutel naar een bestand geschreven',
    'Clé de secours écrite dans un fichier',
    'Notschlüssel in eine Datei geschrieben',
    'Escrow key written to a file',
  ),
  'certificate-issued': say(
    'Certificaat uitgegeven',
    'Certificat délivré',
    'Zertifikat ausgestellt',
    'Certificate issued',
  ),
  'escrow-exported': say(
    'Alle opnamen herstelbaar weggeschreven',
    'Tous les enregistrements récupérés hors du coffre',
    'Alle Aufnahmen wiederherstellbar ausgelesen',
    'All recordings recovered from escrow',
  ),
}

/** What the details of an entry are called; one without a name here is shown under the name it has in the log. */
export const detailWords: Readonly<Record<string, Words>> = {
  cameraId: say('Camera', 'Caméra', 'Kamera', 'Camera'),
  container: say('Bestandsvorm', 'Format', 'Dateiformat', 'Container'),
  damage: say('Schade', 'Dommage', 'Schaden', 'Damage'),
  dueAt: say('Einde van de termijn', 'Fin du délai', 'Ende der Frist', 'Period ends'),
  durationMs: say('Duur', 'Durée', 'Dauer', 'Length'),
  effect: say('Uitwerking', 'Effet', 'Wirkung', 'Effect'),
  erasedAt: say('Gewist', 'Effacé', 'Gelöscht', 'Erased'),
  exception: say('Uitzondering', 'Exception', 'Ausnahme', 'Exception'),
  firstWarningAt: say('Eerste waarschuwing', 'Premier avertissement', 'Erste Warnung', 'First warning'),
  holdId: say('Veiligstelling', 'Préservation', 'Löschsperre', 'Hold'),
  holdsLeft: say('Resterende veiligstellingen', 'Préservations restantes', 'Verbleibende Löschsperren', 'Holds left'),
  keyDestroyed: say('Sleutel vernietigd', 'Clé détruite', 'Schlüssel vernichtet', 'Key destroyed'),
  keyWrappedBy: say('Sleutel omhuld door', 'Clé enveloppée par', 'Schlüssel verschlossen mit', 'Key wrapped by'),
  kind: say('Waarvoor', 'Pour quoi', 'Wofür', 'What for'),
  law: say('Regelpakket', 'Jeu de règles', 'Regelpaket', 'Law pack'),
  lawPackId: say('Regelpakket', 'Jeu de règles', 'Regelpaket', 'Law pack'),
  legalBasis: say('Rechtsgrond', 'Base juridique', 'Rechtsgrundlage', 'Legal basis'),
  note: say('Aantekening', 'Note', 'Notiz', 'Note'),
  object: say('Object', 'Objet', 'Objekt', 'Object'),
  what: say('Schade', 'Dommage', 'Schaden', 'Damage'),
  from: say('Hersteld uit', 'Rétabli depuis', 'Wiederhergestellt aus', 'Restored from'),
  number: say('Nummer', 'Numéro', 'Nummer', 'Number'),
  objectsRemoved: say('Verwijderde objecten', 'Objets supprimés', 'Entfernte Objekte', 'Objects removed'),
  packageId: say('Exportpakket', 'Paquet d’export', 'Exportpaket', 'Export package'),
  payloadSha256: say('Hashwaarde, verzegeld', 'Empreinte, scellée', 'Hashwert, versiegelt', 'Digest as sealed'),
  playable: say('Af te spelen', 'Lisible', 'Abspielbar', 'Playable'),
  purpose: say('Doel', 'Finalité', 'Zweck', 'Purpose'),
  reason: say('Reden', 'Motif', 'Grund', 'Reason'),
  recipient: say('Ontvanger', 'Destinataire', 'Empfänger', 'Recipient'),
  recordedAt: say('Opgenomen', 'Enregistré', 'Aufgenommen', 'Recorded'),
  recordedAtFrom: say('Opnametijd volgens', 'Heure selon', 'Aufnahmezeit laut', 'Time of recording from'),
  reference: say('Nummer', 'Numéro', 'Nummer', 'Number'),
  ruleId: say('Regel', 'Règle', 'Regel', 'Rule'),
  secondWarningAt: say('Tweede waarschuwing', 'Second avertissement', 'Zweite Warnung', 'Second warning'),
  sha256: say('Hashwaarde (SHA-256)', 'Empreinte (SHA-256)', 'Hashwert (SHA-256)', 'Digest (SHA-256)'),
  sizeBytes: say('Omvang', 'Taille', 'Größe', 'Size'),
  standing: say('Activatie', 'Activation', 'Aktivierung', 'Activation'),
  storyboard: say('Beeldstrook', 'Planche d’images', 'Bildstreifen', 'Storyboard'),
  trigger: say('Aanleiding', 'Motif d’activation', 'Anlass', 'Trigger'),
  viewingId: say('Inzage', 'Consultation', 'Einsicht', 'Viewing'),
  wearerId: say('Drager', 'Porteur', 'Träger', 'Wearer'),
}

/** Values that are words of the product, by the detail they stand in; any other stands as it is in the log. */
export const valueWords: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  kind: {
    report: say('een proces-verbaal', 'un procès-verbal', 'ein Protokoll', 'a report'),
    complaint: say('een klacht', 'une plainte', 'eine Beschwerde', 'a complaint'),
  },
  effect: {
    calmed: say('gekalmeerd', 'apaisé', 'beruhigt', 'calmed'),
    unchanged: say('onveranderd', 'inchangé', 'unverändert', 'unchanged'),
    escalated: say('geëscaleerd', 'aggravé', 'eskaliert', 'escalated'),
  },
  standing: {
    warned: say('gewaarschuwd', 'averti', 'gewarnt', 'warned'),
    exception: say('uitzondering', 'exception', 'Ausnahme', 'exception'),
    missing: say('ontbreekt', 'manquant', 'fehlt', 'missing'),
    'not-asked': say('niet gevraagd', 'non demandé', 'nicht verlangt', 'not asked'),
  },
  damage: {
    none: say('geen', 'aucun', 'keiner', 'none'),
    'no-index': say('de index ontbreekt', 'l’index manque', 'der Index fehlt', 'the index is missing'),
    truncated: say('het einde ontbreekt', 'la fin manque', 'das Ende fehlt', 'the end is missing'),
    unreadable: say('niet te lezen', 'illisible', 'nicht lesbar', 'cannot be read'),
  },
  object: {
    payload: say('opname', 'enregistrement', 'Aufnahme', 'recording'),
    storyboard: say('beeldstrook', 'planche d’images', 'Bildstreifen', 'storyboard'),
    poster: say('voorbeeldbeeld', 'image d’aperçu', 'Vorschaubild', 'poster'),
  },
  what: {
    missing: say('ontbreekt', 'manquant', 'fehlt', 'missing'),
    truncated: say('het einde ontbreekt', 'la fin manque', 'das Ende fehlt', 'the end is missing'),
    altered: say('gewijzigd', 'modifié', 'verändert', 'altered'),
  },
  from: {
    itself: say('de opslag zelf', 'le stockage lui-même', 'dem Speicher selbst', 'the store itself'),
    version: say('een oudere versie', 'une version antérieure', 'einer älteren Fassung', 'an older version'),
    'other-store': say('de tweede opslag', 'le second stockage', 'dem zweiten Speicher', 'the second store'),
  },
  recordedAtFrom: {
    file: say('het bestand', 'le fichier', 'Datei', 'the file'),
    receipt: say('het moment van ontvangst', 'le moment de la réception', 'Eingang', 'the moment of receipt'),
  },
}

export const roleWords: Readonly<Record<Role, Words>> = {
  enforcer: say('handhaver', 'agent', 'Einsatzkraft', 'enforcer'),
  'shift-lead': say('ploegleider', 'chef d’équipe', 'Schichtleitung', 'shift lead'),
  'fleet-manager': say('camerabeheerder', 'gestionnaire des caméras', 'Kameraverwaltung', 'fleet manager'),
  'records-officer': say(
    'opnamebeheerder',
    'gestionnaire des enregistrements',
    'Aufnahmenverwalter',
    'records officer',
  ),
  investigator: say('rechercheur', 'enquêteur', 'Ermittlung', 'investigator'),
  'complaint-handler': say('klachtbehandelaar', 'gestionnaire des plaintes', 'Beschwerdestelle', 'complaint handler'),
  trainer: say('trainer', 'formateur', 'Ausbildung', 'trainer'),
  prosecutor: say('magistraat van het parket', 'magistrat du parquet', 'Staatsanwaltschaft', 'prosecutor'),
  'data-protection-officer': say(
    'functionaris gegevensbescherming',
    'délégué à la protection des données',
    'Datenschutzbeauftragte',
    'data-protection officer',
  ),
  auditor: say('auditor', 'auditeur', 'Prüfung', 'auditor'),
  administrator: say('beheerder', 'administrateur', 'Administrator', 'administrator'),
}

export const reportWords = {
  title: say('Bewaarketen', 'Chaîne de conservation', 'Nachweiskette', 'Custody trail'),
  subtitle: say(
    'Verslag bij een exportpakket',
    'Rapport joint à un paquet d’export',
    'Bericht zu einem Exportpaket',
    'Report with an export package',
  ),
  package: say('Exportpakket', 'Paquet d’export', 'Exportpaket', 'Export package'),
  made: say('Gemaakt', 'Établi', 'Erstellt', 'Made'),
  madeBy: say('Geëxporteerd door', 'Exporté par', 'Exportiert von', 'Exported by'),
  madeFor: say('Voor', 'Pour', 'Für', 'For'),
  notStated: say(
    'niet vermeld in de bewaarketen',
    'non mentionné dans la chaîne de conservation',
    'in der Nachweiskette nicht genannt',
    'not stated in the custody trail',
  ),
  recording: say('Opname', 'Enregistrement', 'Aufnahme', 'Recording'),
  file: say('Bestand in het pakket', 'Fichier dans le paquet', 'Datei im Paket', 'File in the package'),
  size: say('Omvang', 'Taille', 'Größe', 'Size'),
  digest: say('Hashwaarde (SHA-256)', 'Empreinte (SHA-256)', 'Hashwert (SHA-256)', 'Digest (SHA-256)'),
  recorded: say('Opgenomen', 'Enregistré', 'Aufgenommen', 'Recorded'),
  received: say('Ontvangen', 'Reçu', 'Empfangen', 'Received'),
  bytes: say('bytes', 'octets', 'Bytes', 'bytes'),
  trail: say('Vermeldingen', 'Inscriptions', 'Einträge', 'Entries'),
  place: say('Plaats', 'Position', 'Stelle', 'Place'),
  when: say('Wanneer', 'Quand', 'Wann', 'When'),
  who: say('Wie', 'Qui', 'Wer', 'Who'),
  what: say('Wat', 'Quoi', 'Was', 'What'),
  times: say(
    'Tijden in {zone}; eronder in UTC. Plaats: logboek en plaats daarin, geteld vanaf nul.',
    'Heures de {zone} ; au-dessous en UTC. Position : journal et rang dans celui-ci, compté à partir de zéro.',
    'Zeiten in {zone}; darunter in UTC. Stelle: Protokoll und Platz darin, ab null gezählt.',
    'Times in {zone}; in UTC beneath. Place: log, and place in it counted from zero.',
  ),
  system: say('Getuige (zelf)', 'Getuige (lui-même)', 'Getuige (selbst)', 'Getuige (itself)'),
  dock: say('dock', 'station d’accueil', 'Dockingstation', 'dock'),
  yes: say('ja', 'oui', 'ja', 'yes'),
  no: say('nee', 'non', 'nein', 'no'),
  log: say('Bewaarlogboek', 'Journal de conservation', 'Nachweisprotokoll', 'Custody log'),
  origin: say('Herkomst', 'Origine', 'Herkunft', 'Origin'),
  head: say('Controlepunt', 'Point de contrôle', 'Prüfpunkt', 'Checkpoint'),
  headOf: say(
    '{size} vermeldingen, wortel',
    '{size} inscriptions, racine',
    '{size} Einträge, Wurzel',
    '{size} entries, root',
  ),
  key: say('Controlesleutel', 'Clé de vérification', 'Prüfschlüssel', 'Verifier key'),
  fingerprint: say(
    'Vingerafdruk van de sleutel (SHA-256)',
    'Empreinte de la clé (SHA-256)',
    'Fingerabdruck des Schlüssels (SHA-256)',
    'Fingerprint of the key (SHA-256)',
  ),
  check: say('Controleren', 'Vérifier', 'Prüfen', 'How to check'),
  checkText: say(
    'Dit verslag is om te lezen; het bewijs is het pakket. Controleer het met „npx getuige verify PAKKET”, met de pagina verify.html, of met gewone hulpmiddelen zoals data/how-to-verify.html in het pakket het zegt. Vraag het korps langs een andere weg naar sleutel en vingerafdruk.',
    'Ce rapport sert à la lecture ; la preuve est le paquet. Vérifiez-le avec « npx getuige verify PAQUET », avec la page verify.html, ou avec des outils courants comme l’indique data/how-to-verify.html dans le paquet. Demandez la clé et son empreinte au corps par une autre voie.',
    'Dieser Bericht ist zum Lesen; der Beweis ist das Paket. Prüfen Sie es mit „npx getuige verify PAKET“, mit der Seite verify.html oder mit üblichen Werkzeugen, wie data/how-to-verify.html im Paket es sagt. Erfragen Sie Schlüssel und Fingerabdruck bei der Dienststelle auf anderem Weg.',
    'This report is for reading; the evidence is the package. Check it with “npx getuige verify PACKAGE”, with the page verify.html, or with common tools as data/how-to-verify.html in the package says. Ask the corps for key and fingerprint by another way.',
  ),
  limitText: say(
    'Een pakket toont niet of vermeldingen zijn weggelaten; dat kan alleen wie het logboek volgt.',
    'Un paquet ne montre pas si des inscriptions ont été omises ; seul qui suit le journal peut le dire.',
    'Ein Paket zeigt nicht, ob Einträge weggelassen wurden; das kann nur, wer das Protokoll verfolgt.',
    'A package does not show whether entries were left out; only someone who follows the log can tell.',
  ),
  page: say('blad {page} van {pages}', 'page {page} sur {pages}', 'Blatt {page} von {pages}', 'page {page} of {pages}'),
} as const satisfies Readonly<Record<string, Words>>

/** The words with what stands in braces filled in. */
export function fill(words: Words, language: Language, values: Readonly<Record<string, string | number>>): string {
  return words[language].replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
