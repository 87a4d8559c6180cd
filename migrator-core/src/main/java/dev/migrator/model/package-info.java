/**
 * The vocabulary of the program: what an object is called, what it contains and what it must be
 * protected from. Imports nothing of ours.
 */
@NullMarked
package dev.migrator.model;

import org.jspecify.annotations.NullMarked;
