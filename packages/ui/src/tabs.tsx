import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs'

export type TabItem = Readonly<{ id: string; label: ReactNode; panel: ReactNode }>

export function Tabs({
  label,
  items,
  value,
  onChange,
}: {
  label: string
  items: readonly TabItem[]
  value: string
  onChange: (id: string) => void
}) {
  return (
    <AriaTabs selectedKey={value} onSelectionChange={(key) => onChange(String(key))}>
      <TabList aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {items.map((item) => (
          <Tab
            key={item.id}
            id={item.id}
            className={
              '-mb-px cursor-pointer border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-ink-2 hover:text-ink ' +
              'data-selected:border-accent data-selected:font-medium data-selected:text-ink ' +
              'data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent'
            }
          >
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className="pt-4 outline-offset-4">
          {item.panel}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
