// What the parts of a program import of it. The program imports them: a circle, which this file breaks, since the modules
// of the single file (single_file.js) cannot be in one.

let program;

/** Says which program it is, before it starts. */
export const set = (module) => (program = module);

export const initSync = (...words) => program.initSync(...words);
