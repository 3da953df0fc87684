import { describe, expect, test } from 'vitest'
import { judgeReason, likenessOf } from './empty-words.ts'

describe('a reason says nothing', () => {
  test.each([
    ['when somebody tries out', ['test', 'Testen!', 'un essai', 'Probe', 'just testing', 'test 1']],
    [
      'when keys were struck at random',
      ['asdf', 'asdfgh jkl', 'qsdfg', 'qwertz', 'aaaaa', 'xxxxx', 'hahaha', '12345', '.....'],
    ],
    [
      'in Dutch, when it says only that somebody looked',
      ['controle', 'Controle van de beelden.', 'even kijken', 'gewoon zomaar', 'n.v.t.', 'voor het werk', 'zie boven'],
    ],
    [
      'in French',
      [
        'contrôle',
        'Vérification',
        'pour visionner la vidéo',
        'comme ça',
        'sans aucune raison',
        'idem',
        'pour le travail',
      ],
    ],
    [
      'in German',
      ['Kontrolle', 'Überprüfen', 'die Aufnahme ansehen', 'einfach so', 'siehe oben', 'dienstlich', 'kein Grund'],
    ],
    ['in English', ['check', 'to check the video', 'looking at the footage', 'same as above', 'no reason', 'because']],
    ['when one word is said again and again', ['aangifte aangifte aangifte', 'Klacht, klacht; KLACHT']],
  ])('%s', (_case, reasons) => {
    expect(reasons.filter((reason) => judgeReason(reason) !== 'empty')).toEqual([])
  })
})

test.each([
  'Aangifte van mishandeling door de bewoner.',
  'Controle of de tweede waarschuwing te horen is',
  'Klacht over bejegening op de markt',
  'Zaak 2026-114',
  'PL1500 2026123456-1',
  'Vérifier si l’avertissement a été donné',
  'Plainte de M. Dupont',
  'Prüfen, ob die Warnung zu hören ist',
  'Beschwerde vom 3. Mai',
  'To check whether the warning can be heard',
  'Assault',
  'Training of team 4 on holds',
])('“%s” says something', (reason) => {
  expect(judgeReason(reason)).toBe('words')
})

test('reasons are alike whatever their case, accents, signs and spaces', () => {
  expect(likenessOf('  Vérification, dossier n° 12 ')).toBe(likenessOf('verification dossier N 12'))
  expect(likenessOf('dossier 12')).not.toBe(likenessOf('dossier 13'))
})
