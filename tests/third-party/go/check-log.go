// check-log reads a published custody log with the code of Go's checksum database, which shares nothing with ours:
// golang.org/x/mod/sumdb/note for the signature, golang.org/x/mod/sumdb/tlog for tiles and proofs.
//
//	check-log FOLDER VKEY OLD-CHECKPOINT
//
// FOLDER has checkpoint and tile/ below it. Exit code 0: signature, tiles, every entry and consistency with the old
// checkpoint hold. 1: not.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: check-log FOLDER VKEY OLD-CHECKPOINT")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println("broken:", err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func check(folder, vkey, oldFile string) error {
	tree, err := readCheckpoint(filepath.Join(folder, "checkpoint"), vkey)
	if err != nil {
		return err
	}
	old, err := readCheckpoint(oldFile, vkey)
	if err != nil {
		return err
	}
	// This reader holds every tile against the signed root before it answers a hash of it.
	hashes := tlog.TileHashReader(tree, tiles(folder))
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	return checkEntries(folder, tree, hashes)
}

func readCheckpoint(file, vkey string) (tlog.Tree, error) {
	message, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], verifier.Name()+"/") {
		return tlog.Tree{}, errors.New("not a checkpoint of that key")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// Every entry of every bundle is proven to be in the tree, at its place.
func checkEntries(folder string, tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		bundle, err := os.ReadFile(filepath.Join(folder, bundlePath(first/256, int(width))))
		if err != nil {
			return err
		}
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("entry %d is cut short", first+i)
			}
			length := 2 + int(binary.BigEndian.Uint16(bundle))
			proof, err := tlog.ProveRecord(tree.N, first+i, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, first+i, tlog.RecordHash(bundle[2:length])); err != nil {
				return fmt.Errorf("entry %d: %w", first+i, err)
			}
			bundle = bundle[length:]
		}
		if len(bundle) > 0 {
			return fmt.Errorf("more entries than there should be from %d on", first)
		}
	}
	return nil
}

// The paths of the checksum database are those of c2sp.org/tlog-tiles, but for the height that it writes after "tile".
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func bundlePath(index int64, width int) string {
	return strings.Replace(tlog.Tile{H: 8, L: -1, N: index, W: width}.Path(), "tile/8/data/", "tile/entries/", 1)
}

type tiles string

func (tiles) Height() int { return 8 }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(folder), tilePath(tile)))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
