/**
 * What `bio-mcp doctor` sends to a queue of messages; whoever receives it deletes it and does nothing else.
 */
export function toQueueProbe(id: string): string {
  return JSON.stringify({ doctor: id });
}

export function isQueueProbe(body: string): boolean {
  return /^\{"doctor":"[\w-]{1,64}"\}$/.test(body);
}
