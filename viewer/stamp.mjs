// Writes what the build was made from, so that a test without npm can tell whether it is fresh.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const files = [
  'package.json',
  'package-lock.json',
  'stamp.mjs',
  'vite.config.js',
  ...readdirSync('src').map((name) => `src/${name}`),
].sort();
const hash = createHash('sha256');
for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
writeFileSync('../crystal_llm/ui/viewer/build/sources.sha256', `${hash.digest('hex')}\n`);
