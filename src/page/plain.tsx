// A button that looks like the text around it: it leads to what the text names.
import type { ComponentChildren } from 'preact'

interface PlainProps {
  readonly onClick: () => void
  readonly children: ComponentChildren
}

export function Plain ({ onClick, children }: PlainProps) {
  return <button type='button' class='plain' onClick={onClick}>{children}</button>
}
