import { dayOf } from '@getuige/base'
import { getOversightDocument, oversightDocument, oversightDocumentPath } from '@getuige/contract'
import { Button, buttonClass, Cell, Column, Facts, RowHeader, Table } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { NotFoundScreen } from '../app/not-found-screen.tsx'
import { Screen } from '../app/screen.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { t, useLanguage } from '../messages/translate.ts'

const route = getRouteApi('/oversight/$document')

/** A document made of live settings and numbers, to read, print and keep. The server says every word of it. */
export function DocumentScreen() {
  const language = useLanguage()
  const today = dayOf(serverNow(), useSession().corps.timeZone)
  const span = route.useSearch()
  const navigate = route.useNavigate()
  const parsed = oversightDocument.safeParse(route.useParams().document)
  const document = parsed.data ?? 'processing-record'
  const { data, error } = useQuery({
    ...query(getOversightDocument, { params: { document }, query: { language, ...span } }),
    enabled: parsed.success,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  if (!parsed.success) return <NotFoundScreen />
  const asked = new URLSearchParams({
    language,
    ...(span.from === undefined ? {} : { from: span.from }),
    ...(span.to === undefined ? {} : { to: span.to }),
  }).toString()
  const set = (name: 'from' | 'to', day: string | null) => {
    const { [name]: _former, ...rest } = span
    void navigate({ search: day === null ? rest : { ...rest, [name]: day }, replace: true })
  }
  return (
    <Screen
      width="reading"
      title={
        data?.title ?? t(document === 'register-of-uses' ? 'oversight.registerOfUses' : 'oversight.processingRecord')
      }
      actions={
        <div className="flex flex-wrap items-end gap-2 print:hidden">
          <DateField
            label={t('oversight.from')}
            today={today}
            value={span.from ?? null}
            onChange={(day) => set('from', day)}
            className="w-36"
          />
          <DateField
            label={t('oversight.until')}
            today={today}
            value={span.to ?? null}
            onChange={(day) => set('to', day)}
            className="w-36"
          />
          <Button onPress={() => window.print()}>{t('oversight.print')}</Button>
          <a className={buttonClass({})} href={`${oversightDocumentPath(document, 'markdown')}?${asked}`} download>
            Markdown
          </a>
          {document === 'register-of-uses' && (
            <a className={buttonClass({})} href={`${oversightDocumentPath(document, 'csv')}?${asked}`} download>
              CSV
            </a>
          )}
        </div>
      }
    >
      {error !== null && <ErrorPanel error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <Facts items={data.facts.map((fact) => ({ id: fact.name, ...fact }))} />
          {data.sections.map(({ heading, table, text }) => (
            <section key={heading} className="flex flex-col gap-2">
              <h2 className="text-lg font-semibold">{heading}</h2>
              {text.map((line) => (
                <p key={line} className="max-w-prose text-pretty text-ink-2">
                  {line}
                </p>
              ))}
              {table !== null && (
                <Table
                  label={heading}
                  columns={
                    <>
                      {table.columns.map((column) => (
                        <Column key={column}>{column}</Column>
                      ))}
                    </>
                  }
                >
                  {table.rows.map((row) => (
                    <tr key={row.join('\n')}>
                      {row.map((cell, i) =>
                        i === 0 ? (
                          <RowHeader key={table.columns[i]} className="align-top max-sm:w-full">
                            {cell}
                          </RowHeader>
                        ) : (
                          <Cell key={table.columns[i]} className="align-top">
                            <span className="text-ink-3 sm:hidden">{table.columns[i]}: </span>
                            {cell}
                          </Cell>
                        ),
                      )}
                    </tr>
                  ))}
                </Table>
              )}
            </section>
          ))}
        </>
      )}
    </Screen>
  )
}
