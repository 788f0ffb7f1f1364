//! Codes for videos, images and their uploads: docs/tiktok-marketing-api.md#files-and-chunked-upload.

rows! {
    WRONG_FILE_SIGNATURE {
        code: "40900",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "The file that TikTok received does not have the MD5 checksum of the file that was sent.",
        remedy: "Upload the file again. If it fails again, check that no proxy changes the request, and report the \
                 file's size and the `log_id` to this program's maintainers.",
    }
    VIDEO_IN_TRANSCODING {
        code: "40901",
        category: Tiktok,
        retryable: true,
        who: Caller,
        meaning: "TikTok is still processing the video.",
        remedy: "Send the request again after half a minute. Processing takes up to 5 minutes.",
    }
    URL_NOT_FETCHED {
        code: "40902",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not download the file from its URL.",
        remedy: "Check that the URL opens without a sign-in, then send the request again. If it fails again, send the \
                 file itself.",
    }
    IMAGE_URL_NOT_FETCHED {
        code: "40903",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not download the image because its URL is not available.",
        remedy: "Check that the URL opens without a sign-in, then send the request again. If it fails again, send the \
                 file itself.",
    }
    ILLEGAL_IMAGE {
        code: "40904",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept the content or the format of the image.",
        remedy: "Export the image as JPEG or PNG, and upload it again.",
    }
    FILE_MISSING {
        code: "40905",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok did not find the file.",
        remedy: "Check the file or its URL, and upload it again.",
    }
    FILE_EMPTY {
        code: "40906",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok received an empty file.",
        remedy: "Check the step of the workflow that makes the file, or the URL of the file, and upload it again.",
    }
    FILE_TOO_LARGE {
        code: "40907",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The file is larger than TikTok accepts.",
        remedy: "Reduce a video to at most 500 MB, or an image to at most 50 MB, and upload it again.",
    }
    FILE_TYPE_NOT_SUPPORTED {
        code: "40908",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept files of this type.",
        remedy: "Export a video as MP4, MOV, MPEG or AVI, or an image as JPEG or PNG, and upload the new file.",
    }
    CHECKSUM_TYPE_NOT_SUPPORTED {
        code: "40909",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not support the kind of checksum that was sent.",
        remedy: "Update this program. If it is up to date, report TikTok's message and the `log_id` to its \
                 maintainers.",
    }
    FILE_EXPIRED {
        code: "40910",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok no longer has the uploaded file: it keeps files for 24 hours until they are used.",
        remedy: "Upload the file again.",
    }
    NAME_TAKEN {
        code: "40911",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The ad account already has a file with this name.",
        remedy: "Run `get_creatives` first: if the file has been uploaded before, use its id. Otherwise choose another \
                 name, then send the request again.",
    }
    IMAGE_URL_UNAVAILABLE {
        code: "40912",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The URL of the image does not lead to an image that TikTok can use.",
        remedy: "Run `get_creatives` for a current URL, since TikTok's URLs expire, or send the image itself.",
    }
    IMAGE_NOT_FETCHED {
        code: "40913",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not download the image.",
        remedy: "Check that the URL opens without a sign-in, then send the request again. If it fails again, send the \
                 file itself.",
    }
    INVALID_FILE {
        code: "40914",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The file is damaged, or its type is not the one in its name or URL.",
        remedy: "Open the file to check it, export it again, and upload the new file.",
    }
    FILE_OUT_OF_SPECIFICATION {
        code: "40915",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The file does not meet TikTok's requirements for this kind of file.",
        remedy: "Correct what TikTok's message names: the format, the size, the duration or the aspect ratio. Upload \
                 the new file.",
    }
}
