"""What people write for many images without sdxl-gen: the notebook's cell in a pool of threads.

    python3 boto3_batch.py FOLDER IMAGES THREADS
"""

import base64
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3

folder, images, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
boto3_bedrock = boto3.client("bedrock-runtime")


def image(number):
    request = json.dumps({"text_prompts": [{"text": f"picture {number}"}], "seed": number})
    response = boto3_bedrock.invoke_model(body=request, modelId="stability.stable-diffusion-xl")
    response_body = json.loads(response.get("body").read())
    with open(f"{folder}/i{number}.png", "wb") as file:
        file.write(base64.b64decode(response_body["artifacts"][0]["base64"]))


os.makedirs(folder)
with ThreadPoolExecutor(threads) as pool:
    for _ in pool.map(image, range(1, images + 1)):
        pass
