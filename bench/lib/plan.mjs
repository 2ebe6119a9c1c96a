import { isInstalled } from '../peers/packages.mjs';
import { peers, subjects } from '../subjects/list.mjs';

const baseOf = (subject) => subject.split('@')[0];
const isOwn = (name) => name in subjects && name !== 'direct' && !peers.includes(name);

/** Kinds of measures that take any subject. */
const open = ['loop', 'streams', 'open', 'first', 'leave', 'stall', 'start'];

const peersOf = (measure) => measure.ownPeers ?? (measure.peers ? peers : []);

/**
 * What is measured, in order: a measure and a subject each. `only` holds names of measures and of subjects; where it names
 * none of one kind, all of that kind are meant. A subject that is named is measured also where the mode leaves it out.
 * Peers take part on request, the installed ones.
 */
export const createPlan = ({ measures, mode, only, withPeers }) => {
  const measureNames = measures.map(({ name }) => name);
  const wantedMeasures = only.filter((name) => measureNames.includes(name));
  const wantedSubjects = only.filter((name) => !measureNames.includes(name));
  const usualMeasures = mode.measures ?? measureNames;
  const chosen = wantedMeasures.length > 0 ? wantedMeasures : usualMeasures;

  const subjectsOf = (measure) => {
    const named = open.includes(measure.kind) ? wantedSubjects.filter(isOwn) : [];
    const others = withPeers ? peersOf(measure).filter(isInstalled) : [];
    const all = [...new Set([...measure.subjects(mode), ...named, ...others])];
    return wantedSubjects.length > 0 ? all.filter((name) => wantedSubjects.includes(baseOf(name))) : all;
  };

  return measures
    .filter(({ name }) => chosen.includes(name))
    .flatMap((measure) => subjectsOf(measure).map((subject) => ({ measure, subject })));
};
