import { describe } from 'vitest';
import { playOnEachStore } from '../play-seeds';

describe('H1: seeded faults and kills, epicor-kinetic-airbase', () =>
  playOnEachStore('epicor-kinetic-airbase'));
