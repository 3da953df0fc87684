import { Readable } from 'node:stream'
import { type Day, instantOf, type PersonActor, type RecordingId, type ViewingId } from '@getuige/base'
import { holdId, type RecordingFilters } from '@getuige/contract'
import { AccessRefused, type StatedPurpose, type Viewer } from '#access'
import type { TurnableClock } from '#platform/clock'
import type { Modules } from '../compose.ts'
import { brussels, type DemoCorps, theHague } from './corps.ts'
import { daysBefore } from './plan.ts'

/** Who is there and what has arrived, by the names that the story calls them. */
export type Stage = Readonly<{
  modules: Modules
  clock: TurnableClock
  person(login: string): PersonActor
  viewer(login: string): Viewer
  recording(key: string): RecordingId
  /** The day so many days after today, or before it where the number is negative. */
  day(days: number): Day
}>

export type Step = Readonly<{ at: Date; run: (stage: Stage) => Promise<void> }>

const minuteMs = 60_000

/** What people of a corps did with the recordings over the last weeks, in no order. */
export function storyOf(corps: DemoCorps, today: Day, now: Date): Step[] {
  const on = (daysAgo: number, time: string, run: Step['run']): Step => ({
    at: instantOf(daysBefore(today, daysAgo, corps.timeZone), `${time}:00`, corps.timeZone),
    run,
  })
  if (corps === theHague) return hagueStory(on, now)
  if (corps === brussels) return brusselsStory(on, now)
  throw new Error(`nothing happens in ${corps.name}`)
}

type On = (daysAgo: number, time: string, run: Step['run']) => Step

function hagueStory(on: On, now: Date): Step[] {
  const report = (number: string, reason: string): StatedPurpose => ({ purpose: 'report', reference: number, reason })
  const complaint = (number: string, reason: string): StatedPurpose => ({
    purpose: 'complaint',
    reference: number,
    reason,
  })
  const threat = report('PL1500 2026118481-1', 'Verbalisant vraagt of de bedreiging hoorbaar is.')
  const event = report('PL1500 2026119402-1', 'Wie begon bij de tramhalte op het Spuiplein.')
  const arrest = complaint('K-44', 'Verloop van de aanhouding vergelijken met de verklaring van de klager.')
  return [
    on(26, '10:12', view('inzage', '27/0', report('PL1500 2026118290-1', 'Signalement van de verdachte nagaan.'))),
    on(23, '09:40', view('inzage', '24/0', threat)),
    on(20, '14:05', view('inzage2', '21/0', report('PL1500 2026118613-1', 'Tijdstip van de duw vaststellen.'))),
    on(16, '23:12', async ({ modules, person, viewer, recording }) => {
      const words = 'Vermiste minderjarige mogelijk op deze opname; collega’s zoeken nu.'
      await modules.emergencies.break(person('inzage2'), recording('17/0'), words)
      const stated = { purpose: 'danger-to-life', reference: null, reason: words }
      const { id } = await modules.access.startViewing(viewer('inzage2'), recording('17/0'), stated)
      await modules.access.endViewing(viewer('inzage2'), id)
    }),
    on(15, '08:30', async ({ modules, person }) => {
      const { emergencies } = await modules.emergencies.list(person('inzage2'))
      for (const { id } of emergencies) {
        const words = 'Op verzoek van de officier van dienst; kind is dezelfde nacht gevonden.'
        await modules.emergencies.justify(person('inzage2'), id, { words, reference: 'PL1500 2026118977-1' })
      }
    }),
    on(14, '11:15', async ({ modules, person }) => {
      const { emergencies } = await modules.emergencies.list(person('fg'))
      for (const { id } of emergencies) {
        const words = 'Gevaar voor leven was aannemelijk en de opname was nodig om te zoeken.'
        await modules.emergencies.judge(person('fg'), id, { verdict: 'justified', words })
      }
    }),
    on(14, '13:20', assign('inzage', '15/0', { to: 'klachten', purpose: 'complaint', reference: 'K-44', days: 40 })),
    on(13, '10:00', view('klachten', '15/0', arrest)),
    on(13, '15:30', askExport('inzage', '24/0', { ...threat, recipient: 'Parket Den Haag, unit interventie' })),
    on(12, '09:10', decideExport('inzage2', 'approve', 'Vordering gezien, nummer klopt met de aangifte.')),
    on(11, '16:45', view('inzage2', '12/0', report('PL1500 2026118902-1', 'Aantal omstanders vaststellen.'))),
    on(10, '14:30', refused('boa2', '15/1', report('PL1500 2026118902-1', 'Eigen opname terugzien voor het pv.'))),
    on(
      9,
      '09:05',
      assign('inzage2', '10/0', { to: 'recherche', purpose: 'report', reference: 'PL1500 2026119073-1', days: 30 }),
    ),
    on(9, '10:20', view('recherche', '10/0', report('PL1500 2026119073-1', 'Woorden van de verdachte uitwerken.'))),
    on(9, '16:10', askLift('inzage2', '33/0', 'Zaak is geseponeerd, volgens bericht van het parket.')),
    on(8, '11:00', async ({ modules, person }) => {
      const { waitingForMe } = await modules.approvals.list(person('fg'))
      for (const { id } of waitingForMe)
        await modules.approvals.refuse(person('fg'), id, 'Het bericht van het parket zit niet bij het verzoek.')
    }),
    on(7, '10:30', view('inzage', '8/0', report('PL1500 2026119128-1', 'Kenteken op de opname aflezen.'))),
    on(6, '13:00', view('inzage2', '7/0', report('PL1500 2026119201-1', 'controle'))),
    on(6, '13:30', assign('inzage', '22/0', { to: 'klachten', purpose: 'complaint', reference: 'K-47', days: 21 })),
    on(4, '09:30', refused('klachten', '5/0', complaint('K-48', 'Klacht is vandaag binnengekomen.'))),
    on(4, '15:00', refused('beheer', '5/1', report('PL1500 2026119201-1', 'Nagaan of afspelen werkt.'))),
    ...['21:58', '22:31', '23:04', '23:40', '23:52'].map((time) =>
      on(4, time, view('inzage2', '5/1', report('PL1500 2026119244-1', 'Nog eens het begin van de opname.'))),
    ),
    on(3, '14:20', view('klachten', '22/0', complaint('K-47', 'Toon van het gesprek beoordelen.'))),
    on(2, '09:50', view('inzage', '3/0', report('PL1500 2026119277-1', 'Volgorde van de waarschuwingen nagaan.'))),
    on(2, '11:25', view('recherche', '10/0', report('PL1500 2026119073-1', 'Tweede stem op de opname thuisbrengen.'))),
    on(2, '16:40', askLift('inzage', '10/0', 'Aangever trekt de aangifte in, brief is toegevoegd.')),
    on(
      1,
      '09:15',
      askExport('inzage', '3/0', {
        ...report('PL1500 2026119277-1', 'Vordering verstrekking camerabeelden van 14 uur.'),
        recipient: 'Politie Den Haag, districtsrecherche Centrum',
      }),
    ),
    ...['1/first', '1/ahead', '1/third'].map((key) => on(1, '18:40', tag('inzage', key, ['spuiplein', 'onweer']))),
    on(1, '18:42', tag('inzage', '2/matroska', ['spuiplein'])),
    on(1, '18:44', tag('inzage2', '3/short', ['spuiplein', 'kaart defect'])),
    on(1, '18:46', save('inzage', 'Spuiplein', { place: '4.312,52.075,4.320,52.080' })),
    on(1, '18:47', save('inzage', 'Beschadigd', { show: 'damaged' })),
    on(
      1,
      '18:50',
      view('inzage', '1/first', event, async ({ modules: { markers }, viewer }, viewingId) => {
        const note = (atMs: number, toMs: number | null, words: string) =>
          markers.add(viewer('inzage'), viewingId, { atMs, toMs, note: words })
        await note(8_000, null, 'Groep komt het plein op.')
        await note(27_920, null, 'Bliksem: op dit moment gelijkzetten met de andere camera’s.')
        await note(31_000, 40_000, 'Duwen en trekken bij de tramhalte.')
      }),
    ),
    {
      at: new Date(now.getTime() - 30 * minuteMs),
      run: view('inzage', '1/first', event, async ({ modules: { clips }, viewer }, viewingId) => {
        const reason = 'Alleen het gedeelte bij de tramhalte is gevorderd.'
        await clips.make(viewer('inzage'), viewingId, { inMs: 30_000, outMs: 41_000, method: 'key-frames', reason })
      }),
    },
  ]
}

function brusselsStory(on: On, now: Date): Step[] {
  const judicial = (number: string, reason: string): StatedPurpose => ({
    purpose: 'judicial-police',
    reference: number,
    reason,
  })
  const administrative = (reason: string): StatedPurpose => ({
    purpose: 'administrative-police',
    reference: null,
    reason,
  })
  const assault = judicial('BR.43.L3.004512/26', 'Identifier le second auteur des coups.')
  const rebellion = judicial('BR.43.L3.004538/26', 'Verklaring van de verdachte toetsen aan de opname.')
  return [
    on(34, '10:00', view('archives', '36/0', rebellion)),
    on(23, '11:00', view('archives', '24/0', administrative('Déroulement de l’évacuation de la place.'))),
    on(
      14,
      '14:00',
      assign('archives2', '16/0', {
        to: 'enquete',
        purpose: 'judicial-police',
        reference: 'BR.43.L3.004651/26',
        days: 10,
      }),
    ),
    on(13, '09:30', view('enquete', '16/0', judicial('BR.43.L3.004651/26', 'Comparer avec l’audition du témoin.'))),
    on(11, '05:10', async ({ modules, person, recording }) => {
      const words = 'Personne suicidaire, dernière direction sur l’enregistrement.'
      await modules.emergencies.break(person('archives'), recording('12/0'), words)
    }),
    on(11, '09:00', async ({ modules, person }) => {
      const { emergencies } = await modules.emergencies.list(person('archives'))
      for (const { id } of emergencies) {
        const words = 'Appel 101 ; la personne a été retrouvée à 06h20 grâce à la direction de fuite.'
        await modules.emergencies.justify(person('archives'), id, { words, reference: 'BR.43.L3.004790/26' })
      }
    }),
    on(10, '10:00', async ({ modules, person }) => {
      const { emergencies } = await modules.emergencies.list(person('dpo'))
      for (const { id } of emergencies) {
        const words = 'Levensgevaar was reëel; de opening stond ertoe in verhouding.'
        await modules.emergencies.judge(person('dpo'), id, { verdict: 'justified', words })
      }
    }),
    on(9, '10:00', request('archives', '35/0', judicial('2026/JI/0187', 'Compléter le dossier d’instruction.'))),
    on(8, '15:00', async ({ modules, person }) => {
      const { requests } = await modules.mandates.list(person('parquet'))
      const [asked] = requests.filter(({ may }) => may.decide)
      if (asked === undefined) throw new Error('no request waits')
      const reasoning =
        'Le juge d’instruction dispose déjà de la copie intégrale ; un nouvel accès n’est pas nécessaire.'
      await modules.mandates.refuse(person('parquet'), asked.id, { number: '2026/114', reasoning })
    }),
    on(6, '09:20', request('archives', '37/0', assault)),
    on(5, '11:00', async ({ modules, person, recording, day }) => {
      const parquet = person('parquet')
      const { requests } = await modules.mandates.list(parquet)
      const [asked] = requests.filter(({ may }) => may.decide)
      if (asked === undefined) throw new Error('no request waits')
      const reasoning =
        'Vu l’article 25/7 de la loi sur la fonction de police ; vu la gravité des faits et l’absence d’autre moyen d’identifier le second auteur, la consultation est nécessaire et proportionnée.'
      const text = `Décision 2026/118\nParquet du procureur du Roi (démonstration)\n\n${reasoning}\n`
      const document = await modules.mandates.keepDocument(parquet, Readable.from([Buffer.from(text)]))
      await modules.mandates.grant(parquet, asked.id, {
        number: '2026/118',
        magistrate: { name: parquet.name, title: parquet.title },
        decidedOn: day(-5),
        documentId: document.id,
        recordingIds: [recording('37/0')],
        purpose: 'judicial-police',
        untilOn: day(20),
        reasoning,
      })
    }),
    on(4, '09:45', view('archives', '37/0', assault)),
    on(4, '14:10', view('archives', '6/0', administrative('Nombre de personnes lors de l’attroupement.'))),
    on(
      4,
      '15:00',
      assign('archives2', '5/0', {
        to: 'enquete',
        purpose: 'judicial-police',
        reference: 'BR.43.L3.005021/26',
        days: 20,
      }),
    ),
    on(3, '10:15', view('enquete', '5/0', judicial('BR.43.L3.005021/26', 'Décrire l’arme visible à l’image.'))),
    on(3, '14:00', view('archives2', '4/0', administrative('test'))),
    on(2, '08:50', refused('archives', '36/0', rebellion)),
    on(2, '09:10', refused('agent', '3/0', judicial('BR.43.L3.005021/26', 'Relire ma propre intervention.'))),
    on(
      2,
      '11:30',
      view('archives2', '4/1', judicial('BR.43.L3.005077/26', 'Tijdstip van de weerspannigheid bepalen.')),
    ),
    on(1, '09:00', request('archives2', '36/0', rebellion)),
    on(
      1,
      '10:30',
      askExport('archives', '4/1', {
        ...judicial('BR.43.L3.005077/26', 'Annexe au procès-verbal, demandée par le parquet.'),
        recipient: 'Parquet de Bruxelles, section stupéfiants',
      }),
    ),
    on(1, '18:40', tag('archives', '2/matroska', ['flagey', 'rassemblement'])),
    on(1, '18:41', save('archives', 'Place Flagey', { place: '4.368,50.826,4.376,50.830' })),
    {
      at: new Date(now.getTime() - 40 * minuteMs),
      run: async ({ modules, person, viewer, recording, clock }) => {
        const words = 'Vermiste bejaarde zonder medicatie; laatste keer gezien tijdens deze interventie.'
        await modules.emergencies.break(person('archives2'), recording('35/0'), words)
        clock.advance(minuteMs)
        const stated = { purpose: 'danger-to-life', reference: null, reason: words }
        const { id } = await modules.access.startViewing(viewer('archives2'), recording('35/0'), stated)
        clock.advance(4 * minuteMs)
        await modules.access.endViewing(viewer('archives2'), id)
      },
    },
  ]
}

/** `within`: what they do besides looking. */
function view(
  login: string,
  key: string,
  stated: StatedPurpose,
  within?: (stage: Stage, viewingId: ViewingId) => Promise<unknown>,
): Step['run'] {
  return async (stage) => {
    const { modules, clock, viewer, recording } = stage
    const { access } = modules
    const { id } = await access.startViewing(viewer(login), recording(key), stated)
    clock.advance(minuteMs)
    await within?.(stage, id)
    clock.advance(2 * minuteMs)
    await access.endViewing(viewer(login), id)
  }
}

function tag(login: string, key: string, tags: readonly string[]): Step['run'] {
  return async ({ modules: { search }, person, recording }) => {
    await search.changeTags(person(login), recording(key), tags)
  }
}

function save(login: string, name: string, filters: RecordingFilters): Step['run'] {
  return async ({ modules: { search }, person }) => {
    await search.save(person(login), name, filters)
  }
}

/** Tries to view what the law does not let them. */
function refused(login: string, key: string, stated: StatedPurpose): Step['run'] {
  return async ({ modules: { access }, viewer, recording }) => {
    try {
      await access.startViewing(viewer(login), recording(key), stated)
    } catch (error) {
      if (!(error instanceof AccessRefused)) throw error
      await access.noteRefusal(error)
      // What the person may not know of is entered behind their back: at the time of this step.
      await access.settle()
      return
    }
    throw new Error(`nobody refused ${login}`)
  }
}

function assign(
  login: string,
  key: string,
  { to, days, ...file }: Readonly<{ to: string; purpose: string; reference: string; days: number }>,
): Step['run'] {
  return async ({ modules: { access }, person, recording, day }) => {
    await access.assign(person(login), recording(key), { ...file, personId: person(to).id, untilOn: day(days) })
  }
}

function request(login: string, key: string, stated: StatedPurpose): Step['run'] {
  return async ({ modules: { mandates }, person, recording }) => {
    const { reference, ...asked } = stated
    if (reference === null) throw new Error('a request has a number')
    await mandates.request(person(login), { ...asked, reference, recordingIds: [recording(key)] })
  }
}

function askExport(login: string, key: string, asked: StatedPurpose & Readonly<{ recipient: string }>): Step['run'] {
  return async ({ modules: { cases }, person, recording }) => {
    await cases.askExport(person(login), recording(key), asked)
  }
}

/** Decides on every export that waits. */
function decideExport(login: string, decision: 'approve' | 'refuse', reason: string): Step['run'] {
  return async ({ modules: { approvals }, person }) => {
    const { waitingForMe } = await approvals.list(person(login))
    for (const { id, act } of waitingForMe) if (act === 'export') await approvals[decision](person(login), id, reason)
  }
}

function askLift(login: string, key: string, reason: string): Step['run'] {
  return async ({ modules: { retention }, person, recording }) => {
    const { holds } = await retention.explain(person(login), recording(key))
    for (const { id } of holds) await retention.askLift(person(login), holdId.parse(id), reason)
  }
}
