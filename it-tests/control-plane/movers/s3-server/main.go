// s3-server serves a folder as S3, so that restic has a repository to write to:
//
//	s3-server serve s3 --addr HOST:PORT --auth-key ID,SECRET FOLDER
//
// It is rclone with nothing but the local file system and that one command.
package main

import (
	_ "github.com/rclone/rclone/backend/local"
	"github.com/rclone/rclone/cmd"
	_ "github.com/rclone/rclone/cmd/serve"
	_ "github.com/rclone/rclone/cmd/serve/s3"
)

func main() {
	cmd.Main()
}
