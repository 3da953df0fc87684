import type { ReactNode } from 'react'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Text } from 'react-aria-components/Text'
import { isFileDropItem } from 'react-aria-components/useDrop'
import { Button } from './button.tsx'

/** Files, dropped here or chosen with the button. */
export function FileDrop({
  label,
  buttonLabel,
  accept,
  onFiles,
  children,
}: {
  label: ReactNode
  buttonLabel: ReactNode
  accept: readonly string[]
  onFiles: (files: readonly File[]) => void
  children?: ReactNode
}) {
  return (
    <DropZone
      onDrop={(event) => {
        const items = event.items.filter(isFileDropItem)
        void Promise.all(items.map((item) => item.getFile())).then(onFiles)
      }}
      className={
        'flex flex-col items-start gap-3 rounded border border-dashed border-edge bg-panel px-5 py-6 ' +
        'data-drop-target:border-solid data-drop-target:border-accent data-drop-target:bg-accent-soft ' +
        'data-focus-visible:outline-2 data-focus-visible:outline-offset-2 data-focus-visible:outline-accent'
      }
    >
      <Text slot="label" className="font-medium">
        {label}
      </Text>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={[...accept]}
        onSelect={(files) => {
          if (files !== null) onFiles([...files])
        }}
      >
        <Button variant="primary">{buttonLabel}</Button>
      </FileTrigger>
      {children}
    </DropZone>
  )
}
