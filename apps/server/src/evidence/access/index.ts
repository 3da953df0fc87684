import type { PersonActor } from '@getuige/base'
import type { ActName, PurposefulActName } from '@getuige/law'
import type { RegisteredRecording } from '#recordings'
import type { Reader } from '#platform/database'
import { openAssignments } from './assignments.ts'
import { openDecisions } from './decisions.ts'
import type { AccessDeps } from './deps.ts'
import { filterUnder, findLaws, listFilter, onlyWearer } from './filter.ts'
import { listPurposes, requirePurpose, type StatedPurpose } from './purposes.ts'
import { openRefusals } from './refusals.ts'
import { openViewings } from './viewings.ts'

export type { Assignment } from './assignments.ts'
export type { AccessDeps } from './deps.ts'
export { type Emergencies, openEmergencies } from './emergency.ts'
export { judgeReason } from './empty-words.ts'
export { forgetAccess } from './forget-access.ts'
export { type CopiedGrant, copyGrants, endGrants, findGrants, insertGrants, type NewGrant } from './grants.ts'
export { type Mandates, openMandates } from './mandates.ts'
export { toPermission } from './permission.ts'
export {
  emergencyPurposeId,
  emergencyPurposeLabel,
  type GroundedPurpose,
  type PurposeToChoose,
  type StatedPurpose,
} from './purposes.ts'
export { AccessRefused } from './refusals.ts'
export type { Viewed, ViewedKind, Viewer } from './viewings.ts'
export type Access = ReturnType<typeof openAccess>

/** By whom and why: who may do what, viewings for a purpose stated first, and what opens a recording beyond the rules. */
export function openAccess(deps: AccessDeps) {
  const { db, clock } = deps
  const decisions = openDecisions(deps)
  const refusals = openRefusals(deps)
  const viewings = openViewings({ ...deps, decisions })
  const assignments = openAssignments({ ...deps, decisions })

  return {
    decide: decisions.decide,
    require: decisions.require,
    findRefusal: decisions.findRefusal,
    decideCorps: decisions.decideCorps,
    requireCorps: decisions.requireCorps,
    requireList: decisions.requireList,
    listAllowed: decisions.listAllowed,
    listKnownAsWearer: decisions.listKnownAsWearer,
    permissions: decisions.permissions,
    listPurposes: (reader: Reader, actor: PersonActor, recording: RegisteredRecording) =>
      listPurposes({ clock }, reader, actor, recording),
    requirePurpose: (
      reader: Reader,
      act: PurposefulActName,
      actor: PersonActor,
      recording: RegisteredRecording,
      stated: StatedPurpose,
    ) => requirePurpose({ clock, decisions }, reader, act, actor, recording, stated),
    /** For queries over `recording`: the rows for which `decide` allows the act. */
    listFilter: (actor: PersonActor, act: ActName, purposeId?: string) =>
      listFilter(db.of(actor.corpsId), { corpsId: actor.corpsId, person: actor, act, purposeId, now: clock.now() }),

    /**
     * For queries over `recording`, of which of them the person may know for which files and purposes they serve, and of
     * which what was noted on them: wearers are told neither of their own, and notes are for whoever may view. And, where
     * the person may know of no others, whose they all are.
     */
    listReadable: async (actor: PersonActor) => {
      const laws = await findLaws(db.of(actor.corpsId), actor.corpsId)
      const asked = { corpsId: actor.corpsId, person: actor, now: clock.now() }
      return {
        files: filterUnder(laws, { ...asked, act: 'know', exceptAsWearer: true }),
        notes: filterUnder(laws, { ...asked, act: 'view' }),
        onlyWornBy: onlyWearer(laws, { ...asked, act: 'know' }),
      }
    },

    startViewing: viewings.start,
    startViewingTogether: viewings.startTogether,
    openViewing: viewings.open,
    requireViewing: viewings.require,
    endViewing: viewings.end,
    endViewingsOver: viewings.endOver,

    assign: assignments.assign,
    endAssignment: assignments.end,
    assignmentsOn: assignments.listOn,
    listAssignees: assignments.listAssignees,

    noteRefusal: refusals.note,
    noteRefusalsWithin: refusals.noteWithin,
    /** What goes on behind: call it before the database is closed. */
    async settle(): Promise<void> {
      await viewings.settle()
      await refusals.settle()
    },
  }
}
