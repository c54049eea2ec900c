/**
 * What the console uses of preact. The package's own types bring those of browsers with them, whose names
 * would then stand for ours in the whole project.
 */
export interface VNode {
  readonly type: unknown;
  readonly props: object;
}
export type ComponentChildren =
  | VNode
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | ComponentChildren[];
export function h(type: string, props: object | null, ...children: ComponentChildren[]): VNode;
