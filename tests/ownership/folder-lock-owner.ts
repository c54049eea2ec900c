import { lockFolder } from './lock-folder.ts';

/**
 * A process of its own that locks the folder it is told of, says how that went, and holds it until
 * it is ended.
 */
const [folder = '', name = ''] = process.argv.slice(2);
process.on('message', async () => {
  const said = await lockFolder({ folder, name }).then(
    () => 'owner',
    (error: Error) => error.message,
  );
  process.send?.(said);
});
process.send?.('ready');
