import { enableCompileCache } from 'node:module';

// Imported before everything else: much of a start is compiling modules, and what was compiled once is kept, in the
// machine's folder for temporary files.
enableCompileCache();
