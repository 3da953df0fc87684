import type { Words } from '@getuige/base'

export const usageWords: Words = {
  nl: `gebruik: getuige verify PAKKET [--ca BESTAND] [--key SLEUTEL] [--tsa-ca BESTAND] [--witness SLEUTEL]… [--lang nl|fr|de|en] [--json]
       getuige verify --page BESTAND.html

  --ca       certificaat van de uitgever die voor het korps instaat (PEM); alleen dan staat vast wie ondertekende
  --key      controlesleutel van het bewaarlogboek
  --tsa-ca   certificaat van de uitgever die voor de tijdstempeldienst instaat (PEM)
  --witness  sleutel van een getuige; mag vaker
  --page     schrijft dezelfde controle als één webpagina, die zonder netwerk werkt

Afsluitcode 0: ongeschonden; 1: gewijzigd of onvolledig; 2: niet te controleren.`,
  fr: `usage : getuige verify PAQUET [--ca FICHIER] [--key CLÉ] [--tsa-ca FICHIER] [--witness CLÉ]… [--lang nl|fr|de|en] [--json]
        getuige verify --page FICHIER.html

  --ca       certificat de l’autorité qui répond du corps (PEM) ; sans lui, le signataire n’est pas établi
  --key      clé de vérification du journal de conservation
  --tsa-ca   certificat de l’autorité qui répond du service d’horodatage (PEM)
  --witness  clé d’un témoin ; peut se répéter
  --page     écrit la même vérification comme une seule page web, qui fonctionne sans réseau

Code de sortie 0 : intact ; 1 : modifié ou incomplet ; 2 : vérification impossible.`,
  de: `Aufruf: getuige verify PAKET [--ca DATEI] [--key SCHLÜSSEL] [--tsa-ca DATEI] [--witness SCHLÜSSEL]… [--lang nl|fr|de|en] [--json]
        getuige verify --page DATEI.html

  --ca       Zertifikat des Ausstellers, der für die Dienststelle einsteht (PEM); nur dann steht fest, wer signiert hat
  --key      Prüfschlüssel des Nachweisprotokolls
  --tsa-ca   Zertifikat des Ausstellers, der für den Zeitstempeldienst einsteht (PEM)
  --witness  Schlüssel eines Zeugen; mehrmals möglich
  --page     schreibt dieselbe Prüfung als eine Webseite, die ohne Netz arbeitet

Rückgabewert 0: unversehrt; 1: verändert oder unvollständig; 2: nicht prüfbar.`,
  en: `usage: getuige verify PACKAGE [--ca FILE] [--key KEY] [--tsa-ca FILE] [--witness KEY]… [--lang nl|fr|de|en] [--json]
       getuige verify --page FILE.html

  --ca       certificate of the authority that answers for the corps (PEM); only then is it established who signed
  --key      verifier key of the custody log
  --tsa-ca   certificate of the authority that answers for the time-stamping service (PEM)
  --witness  key of a witness; may be repeated
  --page     writes the same checks as one web page, which works without a network

Exit code 0: intact; 1: altered or incomplete; 2: could not check.`,
}
