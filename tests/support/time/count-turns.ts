/** How often other work of this process got its turn while `work` ran. */
export async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const take = () => {
    if (isOver) return;
    turns += 1;
    setImmediate(take);
  };
  setImmediate(take);
  try {
    await work();
  } finally {
    isOver = true;
  }
  return turns;
}
