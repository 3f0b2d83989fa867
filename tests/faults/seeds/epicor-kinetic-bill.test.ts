import { describe } from 'vitest';
import { playOnEachStore } from '../play-seeds';

describe('H1: seeded faults and kills, epicor-kinetic-bill', () => playOnEachStore('epicor-kinetic-bill'));
