import { describe } from 'vitest';
import { playOnEachStore } from '../play-seeds';

describe('H1: seeded faults and kills, epicor-kinetic-avidxchange', () =>
  playOnEachStore('epicor-kinetic-avidxchange'));
