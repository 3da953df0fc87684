import { type Role, roles as allRoles } from '@getuige/base'
import { Banner, Checkbox, TextArea } from '@getuige/ui'
import { t } from '../messages/translate.ts'

/** What one administrator may give alone. */
const plainRole: Role = 'enforcer'

/** Whether these go further than what somebody has, so that a second person approves. */
export function isWider(current: readonly Role[], wanted: readonly Role[]): boolean {
  return wanted.some((role) => role !== plainRole && !current.includes(role))
}

/** Any number of roles, each with what it may; and what a second person will read, where one is asked. */
export function RoleFields({
  current,
  wanted,
  onChange,
  reason,
  onReason,
  isFounding,
  asksReason,
}: {
  current: readonly Role[]
  wanted: readonly Role[]
  onChange: (roles: readonly Role[]) => void
  reason: string
  onReason: (reason: string) => void
  isFounding: boolean
  asksReason: boolean
}) {
  const asks = isWider(current, wanted)
  return (
    <>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-sm font-medium">{t('corps.roles')}</legend>
        {allRoles.map((role) => (
          <Checkbox
            key={role}
            isSelected={wanted.includes(role)}
            onChange={(isSelected) =>
              onChange(allRoles.filter((one) => (one === role ? isSelected : wanted.includes(one))))
            }
          >
            <span>
              <span className="block first-letter:uppercase">{t(`app.role.${role}`)}</span>
              <span className="block text-sm text-ink-3">{t(`corps.roleHint.${role}`)}</span>
            </span>
          </Checkbox>
        ))}
      </fieldset>
      {asks && <Banner tone="held">{t(isFounding ? 'corps.foundingNote' : 'corps.secondPersonNote')}</Banner>}
      {(asksReason || (asks && !isFounding)) && (
        <TextArea
          label={t('corps.reason')}
          description={t('corps.reasonHint')}
          value={reason}
          onChange={onReason}
          rows={2}
          maxLength={2000}
          isRequired
        />
      )}
    </>
  )
}
